package io.github.shufflenet4j.weights;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.shufflenet4j.model.ShuffleNetV2;

/**
 * The array of all parameters of a network, as {@code Nd4j.write} writes it: the shape information and the values, each
 * as the name of an allocation mode, a length, the name of a type, and big-endian numbers.
 */
final class FlatParameters {

    private static final int LONGEST_SHAPE = 68;

    private FlatParameters() {
    }

    /**
     * Reads the array and takes it apart.
     *
     * @param size   bytes that there are
     * @param layers layers with parameters, in the order of the array
     * @return empty if the values are not of single precision
     */
    static Optional<ModelWeights> read(Path file, DataInputStream in, long size, ModelMetadata metadata,
                                       List<String> layers) throws IOException {
        try {
            in.readUTF();
            long shapeLength = in.readLong();
            String shapeType = in.readUTF();
            if (!shapeType.equals("LONG") || shapeLength < 0 || shapeLength > LONGEST_SHAPE) {
                throw new WeightFileException(file, "is damaged: its parameters have " + shapeLength
                        + " numbers of type " + shapeType + " for a shape");
            }
            in.skipNBytes(shapeLength * Long.BYTES);
            in.readUTF();
            long length = in.readLong();
            if (!in.readUTF().equals("FLOAT")) {
                return Optional.empty();
            }
            Map<String, int[]> shapes = shapes(metadata, length);
            long expected = elements(shapes);
            if (length != expected || size < length * Float.BYTES) {
                throw new WeightFileException(file, "is damaged: it has " + length + " parameters in " + size
                        + " bytes, but its network has " + expected);
            }
            return Optional.of(new ModelWeights(metadata, tensors(in, metadata, shapes, layers)));
        } catch (EOFException | UTFDataFormatException e) {
            throw new WeightFileException(file, "is damaged: its parameters end early or are no array", e);
        } catch (IllegalArgumentException e) {
            throw new WeightFileException(file, "is damaged: " + e.getMessage(), e);
        }
    }

    /** Whether the classifier has a bias, the metadata does not say; the number of parameters does. */
    private static Map<String, int[]> shapes(ModelMetadata metadata, long length) {
        KeyScheme scheme = KeyScheme.of(metadata.blockLayout());
        int classes = metadata.classNames().size();
        Map<String, int[]> shapes = scheme.shapes(metadata.variant(), metadata.inputChannels(), classes, false);
        return length == elements(shapes) ? shapes
                : scheme.shapes(metadata.variant(), metadata.inputChannels(), classes, true);
    }

    private static long elements(Map<String, int[]> shapes) {
        return shapes.values().stream().mapToLong(FlatParameters::elements).sum();
    }

    private static long elements(int[] shape) {
        return Tensor.elements(Arrays.stream(shape).asLongStream().toArray());
    }

    private static Map<String, Tensor> tensors(DataInputStream in, ModelMetadata metadata, Map<String, int[]> shapes,
                                               List<String> layers) throws IOException {
        KeyScheme scheme = KeyScheme.of(metadata.blockLayout());
        Map<String, KeyScheme.Convolution> keys = new HashMap<>();
        scheme.convolutions(metadata.variant()).forEach(key -> keys.put(key.layer(), key));
        Map<String, Tensor> read = new HashMap<>();
        for (String layer : layers) {
            KeyScheme.Convolution key = keys.get(layer);
            if (layer.equals(ShuffleNetV2.FC)) {
                // DL4J keeps [features, classes] by columns, which is [classes, features] by rows.
                for (String classifier : List.of(scheme.classifierWeightKey(), scheme.classifierBiasKey())) {
                    if (shapes.containsKey(classifier)) {
                        read.put(classifier, tensor(in, shapes.get(classifier)));
                    }
                }
            } else if (key != null) {
                for (String name : List.of(key.weight(), key.gamma(), key.beta(), key.mean(), key.variance())) {
                    read.put(name, tensor(in, shapes.get(name)));
                }
            } else {
                throw new IllegalArgumentException("there is no layer '" + layer + "' in its network");
            }
        }
        Map<String, Tensor> ordered = new LinkedHashMap<>();
        for (String name : shapes.keySet()) {
            if (!read.containsKey(name)) {
                throw new IllegalArgumentException("it lacks " + name);
            }
            ordered.put(name, read.get(name));
        }
        return ordered;
    }

    private static Tensor tensor(DataInputStream in, int[] shape) throws IOException {
        int length = Math.toIntExact(elements(shape));
        byte[] bytes = in.readNBytes(Math.multiplyExact(length, Float.BYTES));
        if (bytes.length < length * Float.BYTES) {
            throw new EOFException();
        }
        float[] values = new float[length];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
        return new Tensor(shape, values);
    }
}
