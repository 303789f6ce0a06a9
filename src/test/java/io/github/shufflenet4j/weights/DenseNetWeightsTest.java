package io.github.shufflenet4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.model.Activations;
import io.github.shufflenet4j.model.comparison.DenseNet;
import io.github.shufflenet4j.modelfile.WeightFiles;
import io.github.shufflenet4j.weights.torch.PthWriter;

class DenseNetWeightsTest {

    private static final int CLASSES = 7;
    private static final int GROWTH = 32;
    private static final int SIDE = 64;

    @TempDir
    private Path folder;

    /** A state dict with torchvision's keys, made from the architecture's definition and not from the reader. */
    private static Map<String, Tensor> stateDict(int[] layers, boolean oldKeys) {
        Map<String, Tensor> dict = new LinkedHashMap<>();
        Random random = new Random(layers[2]);
        int channels = 2 * GROWTH;
        convolution(dict, "features.conv0", channels, 3, 7, random);
        norm(dict, "features.norm0", channels, random);
        for (int block = 0; block < layers.length; block++) {
            for (int layer = 0; layer < layers[block]; layer++) {
                String name = "features.denseblock" + (block + 1) + ".denselayer" + (layer + 1);
                String dot = oldKeys ? "." : "";
                norm(dict, name + ".norm" + dot + "1", channels, random);
                convolution(dict, name + ".conv" + dot + "1", 4 * GROWTH, channels, 1, random);
                norm(dict, name + ".norm" + dot + "2", 4 * GROWTH, random);
                convolution(dict, name + ".conv" + dot + "2", GROWTH, 4 * GROWTH, 3, random);
                channels += GROWTH;
            }
            if (block < layers.length - 1) {
                norm(dict, "features.transition" + (block + 1) + ".norm", channels, random);
                convolution(dict, "features.transition" + (block + 1) + ".conv", channels / 2, channels, 1, random);
                channels /= 2;
            }
        }
        norm(dict, "features.norm5", channels, random);
        dict.put("classifier.weight", tensor(random, 0, Math.sqrt(1.0 / channels), CLASSES, channels));
        dict.put("classifier.bias", tensor(random, 0, 1, CLASSES));
        return dict;
    }

    private static void convolution(Map<String, Tensor> dict, String name, int out, int in, int kernel,
                                    Random random) {
        dict.put(name + ".weight", tensor(random, 0, Math.sqrt(2.0 / (in * kernel * kernel)), out, in, kernel, kernel));
    }

    private static void norm(Map<String, Tensor> dict, String name, int channels, Random random) {
        dict.put(name + ".weight", tensor(random, 1, 0.1, channels));
        dict.put(name + ".bias", tensor(random, 0, 0.1, channels));
        dict.put(name + ".running_mean", tensor(random, 0, 0.1, channels));
        dict.put(name + ".running_var", tensor(random, 1, 0.1, channels));
        dict.put(name + ".num_batches_tracked", new Tensor(new int[0], new float[] {3}));
    }

    private static Tensor tensor(Random random, double centre, double spread, int... shape) {
        float[] data = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) (centre + spread * random.nextGaussian());
        }
        return new Tensor(shape, data);
    }

    /** DenseNet by its definition, in double precision, for one image: [channels][row][column]. */
    private record Definition(Map<String, Tensor> dict) {

        double[] logits(double[][][] image, int[] layers) {
            double[][][] x = norm("features.norm0", convolve("features.conv0.weight", image, 2));
            x = maxPool(x);
            for (int block = 1; block <= layers.length; block++) {
                for (int layer = 1; layer <= layers[block - 1]; layer++) {
                    String name = "features.denseblock" + block + ".denselayer" + layer;
                    double[][][] inside = convolve(name + ".conv1.weight", norm(name + ".norm1", x), 1);
                    double[][][] added = convolve(name + ".conv2.weight", norm(name + ".norm2", inside), 1);
                    double[][][] joined = Arrays.copyOf(x, x.length + added.length);
                    System.arraycopy(added, 0, joined, x.length, added.length);
                    x = joined;
                }
                if (block < layers.length) {
                    String name = "features.transition" + block;
                    x = averagePool(convolve(name + ".conv.weight", norm(name + ".norm", x), 1));
                }
            }
            x = norm("features.norm5", x);
            float[] weight = dict.get("classifier.weight").data();
            double[] logits = new double[CLASSES];
            for (int label = 0; label < CLASSES; label++) {
                logits[label] = dict.get("classifier.bias").data()[label];
                for (int c = 0; c < x.length; c++) {
                    double mean = Arrays.stream(x[c]).flatMapToDouble(Arrays::stream).average().orElseThrow();
                    logits[label] += weight[label * x.length + c] * mean;
                }
            }
            return logits;
        }

        private double[][][] convolve(String key, double[][][] x, int stride) {
            int[] shape = dict.get(key).shape();
            float[] w = dict.get(key).data();
            int kernel = shape[2];
            int padding = kernel / 2;
            int height = (x[0].length + 2 * padding - kernel) / stride + 1;
            int width = (x[0][0].length + 2 * padding - kernel) / stride + 1;
            double[][][] y = new double[shape[0]][height][width];
            for (int out = 0; out < shape[0]; out++) {
                for (int in = 0; in < shape[1]; in++) {
                    for (int tap = 0; tap < kernel * kernel; tap++) {
                        double weight = w[(out * shape[1] + in) * kernel * kernel + tap];
                        for (int row = 0; row < height; row++) {
                            int r = row * stride + tap / kernel - padding;
                            for (int column = 0; column < width && r >= 0 && r < x[in].length; column++) {
                                int c = column * stride + tap % kernel - padding;
                                if (c >= 0 && c < x[in][r].length) {
                                    y[out][row][column] += weight * x[in][r][c];
                                }
                            }
                        }
                    }
                }
            }
            return y;
        }

        /** Batch norm by running statistics, and ReLU. */
        private double[][][] norm(String name, double[][][] x) {
            double[][][] y = new double[x.length][x[0].length][x[0][0].length];
            for (int c = 0; c < x.length; c++) {
                double scale = dict.get(name + ".weight").data()[c]
                        / Math.sqrt(dict.get(name + ".running_var").data()[c] + 1e-5);
                for (int row = 0; row < y[c].length; row++) {
                    for (int column = 0; column < y[c][row].length; column++) {
                        y[c][row][column] = Math.max(0, dict.get(name + ".bias").data()[c]
                                + scale * (x[c][row][column] - dict.get(name + ".running_mean").data()[c]));
                    }
                }
            }
            return y;
        }

        private static double[][][] maxPool(double[][][] x) {
            double[][][] y = new double[x.length][(x[0].length + 1) / 2][(x[0][0].length + 1) / 2];
            for (int c = 0; c < x.length; c++) {
                for (int row = 0; row < y[c].length; row++) {
                    for (int column = 0; column < y[c][row].length; column++) {
                        double largest = Double.NEGATIVE_INFINITY;
                        for (int r = Math.max(0, 2 * row - 1); r < Math.min(x[c].length, 2 * row + 2); r++) {
                            int end = Math.min(x[c][r].length, 2 * column + 2);
                            for (int s = Math.max(0, 2 * column - 1); s < end; s++) {
                                largest = Math.max(largest, x[c][r][s]);
                            }
                        }
                        y[c][row][column] = largest;
                    }
                }
            }
            return y;
        }

        private static double[][][] averagePool(double[][][] x) {
            double[][][] y = new double[x.length][x[0].length / 2][x[0][0].length / 2];
            for (int c = 0; c < x.length; c++) {
                for (int row = 0; row < y[c].length; row++) {
                    for (int column = 0; column < y[c][row].length; column++) {
                        y[c][row][column] = (x[c][2 * row][2 * column] + x[c][2 * row][2 * column + 1]
                                + x[c][2 * row + 1][2 * column] + x[c][2 * row + 1][2 * column + 1]) / 4;
                    }
                }
            }
            return y;
        }
    }

    @ParameterizedTest
    @CsvSource({"DENSENET_121, 24, 16", "DENSENET_169, 32, 32", "DENSENET_201, 48, 32"})
    void logitsAreThoseOfTheDefinitionWithEitherStyleOfKeys(DenseNet expected, int third, int fourth)
            throws Exception {
        int[] layers = {6, 12, third, fourth};
        Map<String, Tensor> dict = stateDict(layers, false);
        Random random = new Random(1);
        double[][][] image = new double[3][SIDE][SIDE];
        float[] flat = new float[3 * SIDE * SIDE];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) random.nextGaussian();
            image[i / (SIDE * SIDE)][i / SIDE % SIDE][i % SIDE] = flat[i];
        }
        double[] logits = new Definition(dict).logits(image, layers);
        INDArray input = Nd4j.createFromArray(flat).reshape('c', 1, 3, SIDE, SIDE);
        for (Map<String, Tensor> keys : List.of(dict, stateDict(layers, true))) {
            DenseNetWeights weights = DenseNetWeights.of(new StateDict(folder, WeightFormat.ZIP_PTH, keys));
            assertThat(weights.architecture()).isEqualTo(expected);
            INDArray actual = Activations.of(weights.network(SIDE), input, "fc").castTo(DataType.DOUBLE);
            assertThat(actual.shape()).containsExactly(1, CLASSES);
            assertThat(actual.sub(Nd4j.createFromArray(logits).reshape(1, CLASSES)).amaxNumber().doubleValue())
                    .isLessThan(1e-4);
        }
    }

    @Test
    void filesAreRead() throws Exception {
        Map<String, Tensor> dict = stateDict(new int[] {6, 12, 24, 16}, true);
        Path file = folder.resolve("densenet121.pth");
        PthWriter.write(file, dict, Precision.FP32, Map.of());
        ComputationGraph network = DenseNetWeights.of(WeightFiles.read(file)).network(SIDE);
        assertThat(network.getLayer("denseblock4.denselayer16.conv2").getParam("W").dup('c').data().asFloat())
                .isEqualTo(dict.get("features.denseblock4.denselayer16.conv.2.weight").data());
    }

    @Test
    void otherWeightsAreRefusedInOneLine() {
        Map<String, Tensor> dict = stateDict(new int[] {6, 12, 24, 16}, false);
        Map<String, Tensor> lacking = new LinkedHashMap<>(dict);
        lacking.remove("features.norm5.bias");
        assertRefused(lacking, "densenet_121", "1 missing: features.norm5.bias");
        Map<String, Tensor> misshapen = new LinkedHashMap<>(dict);
        misshapen.put("features.norm5.bias", new Tensor(new int[] {1}, new float[1]));
        assertRefused(misshapen, "features.norm5.bias is [1]");
        Map<String, Tensor> flat = new LinkedHashMap<>(dict);
        flat.put("classifier.weight", new Tensor(new int[] {1}, new float[1]));
        assertRefused(flat, "classifier.weight", "rank 2");
        Map<String, Tensor> single = new LinkedHashMap<>(dict);
        single.put("classifier.weight", new Tensor(new int[] {1, 1024}, new float[1024]));
        assertRefused(single, "1 class");
        assertRefused(stateDict(new int[] {6, 12, 36, 24}, false), "no known DenseNet", "densenet_121");
        assertRefused(Map.of("conv1.0.weight", new Tensor(new int[0], new float[1])), "no DenseNet weights");
    }

    private void assertRefused(Map<String, Tensor> dict, String... words) {
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> DenseNetWeights.of(new StateDict(folder, WeightFormat.ZIP_PTH, dict)).network(SIDE))
                .withMessageContainingAll(words).withMessageContaining(folder.toString());
    }
}
