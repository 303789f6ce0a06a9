package io.github.shufflenet4j.weights;

import static io.github.shufflenet4j.layer.ConvNormActivationParams.BETA;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.GAMMA;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.MEAN;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.VARIANCE;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.WEIGHT;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/**
 * The weights of a ShuffleNet V2 in a state dict: the network that they are for, and copying them into one and out of
 * one.
 *
 * <p>The source is recognised by its keys ({@link KeyScheme}), the width by the shape of the last convolution, the
 * number of classes and of input channels by the classifier and the first convolution. All other tensors must then fit;
 * those that do not are listed by name.
 */
public final class NetworkWeights {

    private static final int MAX_LISTED = 8;
    private static final List<String> PARAMETERS = List.of(WEIGHT, GAMMA, BETA, MEAN, VARIANCE);

    private final Path source;
    private final Map<String, Tensor> tensors;
    private final KeyScheme scheme;
    private final ShuffleNetV2Variant variant;

    private NetworkWeights(StateDict stateDict, KeyScheme scheme, ShuffleNetV2Variant variant) {
        this.source = stateDict.source();
        this.tensors = stateDict.tensors();
        this.scheme = scheme;
        this.variant = variant;
    }

    /**
     * Recognises the weights in {@code stateDict}.
     *
     * @throws WeightFileException if they are not those of a ShuffleNet V2
     */
    public static NetworkWeights of(StateDict stateDict) throws WeightFileException {
        Path source = stateDict.source();
        Map<String, Tensor> tensors = stateDict.tensors();
        KeyScheme scheme = KeyScheme.recognise(tensors.keySet()).orElseThrow(() -> new WeightFileException(source,
                "holds no ShuffleNet V2 weights: its keys are not torchvision's (conv1.0.weight, ...), the authors'"
                        + " (first_conv.0.weight, ...), mmpretrain's (backbone.conv1.conv.weight, ...) or PaddleClas's"
                        + " (_conv1._conv.weight, ...); it begins with " + listed(new ArrayList<>(tensors.keySet()))));
        long[] last = Tensor.longShape(tensors.get(scheme.lastConvolutionKey()).shape());
        ShuffleNetV2Variant variant = variantOf(last).orElseThrow(() -> new WeightFileException(source,
                "has a last convolution (" + scheme.lastConvolutionKey() + ") of shape " + Arrays.toString(last)
                        + ", which is that of no known width of ShuffleNet V2"));
        return new NetworkWeights(stateDict, scheme, variant);
    }

    /** The width whose last convolution has weights of this shape. */
    public static Optional<ShuffleNetV2Variant> variantOf(long[] lastConvolution) {
        return Arrays.stream(ShuffleNetV2Variant.values()).filter(variant -> {
            int stage4 = variant.stages().get(variant.stages().size() - 1).channels();
            return Arrays.equals(lastConvolution, new long[] {variant.conv5Channels(), stage4, 1, 1});
        }).findFirst();
    }

    /**
     * The weights of a network under its source's keys, each in the source's shape: the inverse of {@link #copyTo}.
     *
     * @return copies on the heap, in the network's order
     * @throws IllegalArgumentException if the network is not the one that its metadata names, as after
     *     {@code TransferLearning} with other layers
     */
    public static Map<String, Tensor> tensors(TrainedModel model) {
        NetworkPlan.of(model.metadata()).requireSame(model.network());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        arrays(model.network(), KeyScheme.of(model.metadata().blockLayout()), model.metadata().variant())
                .forEach((key, array) -> tensors.put(key,
                        new Tensor(Tensor.shape(array.shape()), array.dup('c').data().asFloat())));
        return tensors;
    }

    /**
     * The same with batch norm's counters, which are 0, each where PyTorch has it: all that {@code load_state_dict}
     * requires.
     */
    public static Map<String, Tensor> stateDict(TrainedModel model) {
        Map<String, Tensor> stateDict = new LinkedHashMap<>();
        Map<String, String> counters =
                KeyScheme.of(model.metadata().blockLayout()).counters(model.metadata().variant());
        tensors(model).forEach((key, tensor) -> {
            stateDict.put(key, tensor);
            if (counters.containsKey(key)) {
                stateDict.put(counters.get(key), new Tensor(new int[0], new float[1]));
            }
        });
        return stateDict;
    }

    /** Width of the network. */
    public ShuffleNetV2Variant variant() {
        return variant;
    }

    /** Form of its unit. */
    public BlockLayout blockLayout() {
        return scheme.blockLayout();
    }

    /** Number of classes of its classifier. */
    public int numClasses() throws WeightFileException {
        return dimension(scheme.classifierWeightKey(), scheme.classifierInputsFirst() ? 1 : 0, 2);
    }

    /** Whether its classifier has a bias: the authors' has one if the file does, all others always. */
    public boolean classifierBias() {
        return scheme != KeyScheme.MEGVII || tensors.containsKey(scheme.classifierBiasKey());
    }

    /** Channels of its input. */
    public int inputChannels() throws WeightFileException {
        return dimension(scheme.firstKey(), 1, 4);
    }

    private int dimension(String key, int axis, int rank) throws WeightFileException {
        Tensor tensor = tensors.get(key);
        if (tensor == null || tensor.shape().length != rank) {
            throw new WeightFileException(source, tensor == null ? "lacks " + key
                    : key + " has shape " + Arrays.toString(tensor.shape()) + ", expected rank " + rank);
        }
        return tensor.shape()[axis];
    }

    /**
     * All weights, without batch norm's counters, in the order of the network and under the keys of
     * {@link KeyScheme#of}.
     *
     * @throws WeightFileException if any are missing, unexpected or of another shape
     */
    public Map<String, Tensor> complete() throws WeightFileException {
        return complete(KeyScheme.of(blockLayout())
                .shapes(variant, inputChannels(), numClasses(), classifierBias()));
    }

    /** The tensors of these keys and shapes; there must be no others. */
    private Map<String, Tensor> complete(Map<String, int[]> shapes) throws WeightFileException {
        Map<String, String> stored = scheme.byWrittenKey(variant);
        String classifier = KeyScheme.of(blockLayout()).classifierWeightKey();
        Map<String, int[]> storedShapes = new LinkedHashMap<>();
        shapes.forEach((key, shape) -> storedShapes.put(stored.get(key),
                key.equals(classifier) && scheme.classifierInputsFirst() ? new int[] {shape[1], shape[0]} : shape));
        requireShapes(storedShapes);
        Map<String, Tensor> complete = new LinkedHashMap<>();
        shapes.keySet().forEach(key -> {
            Tensor tensor = tensors.get(stored.get(key));
            complete.put(key, key.equals(classifier) && scheme.classifierInputsFirst() ? tensor.transpose() : tensor);
        });
        return complete;
    }

    /**
     * Copies all weights into {@code network}.
     *
     * @throws WeightFileException if any are missing, unexpected or of another shape; nothing has been copied then
     */
    public void copyTo(ComputationGraph network) throws WeightFileException {
        Map<String, INDArray> targets = arrays(network, KeyScheme.of(blockLayout()), variant);
        copy(complete(shapes(targets)), targets);
    }

    /**
     * Copies all weights but the classifier's, which may be for any number of classes.
     *
     * @throws WeightFileException as {@link #copyTo} does
     */
    public void copyBodyTo(ComputationGraph network) throws WeightFileException {
        KeyScheme own = KeyScheme.of(blockLayout());
        Map<String, INDArray> body = arrays(network, own, variant);
        body.remove(own.classifierWeightKey());
        body.remove(own.classifierBiasKey());
        Map<String, int[]> shapes = new LinkedHashMap<>(own.shapes(variant, inputChannels(), numClasses(),
                classifierBias()));
        shapes.putAll(shapes(body));
        copy(complete(shapes), body);
    }

    static Map<String, int[]> shapes(Map<String, INDArray> arrays) {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        arrays.forEach((key, array) -> shapes.put(key, Tensor.shape(array.shape())));
        return shapes;
    }

    static void copy(Map<String, Tensor> tensors, Map<String, INDArray> targets) {
        targets.forEach((key, array) ->
                array.assign(Nd4j.createFromArray(tensors.get(key).data()).reshape(array.shape())));
    }

    /** A network of the form and image size in the metadata, with these weights. */
    static ComputationGraph network(ModelWeights weights) {
        ModelMetadata metadata = weights.metadata();
        int side = Math.max(ShuffleNetV2.MINIMUM_SIZE, metadata.preprocessing().crop());
        ComputationGraph network = ShuffleNetV2.builder()
                .variant(metadata.variant())
                .blockLayout(metadata.blockLayout())
                .numClasses(metadata.classNames().size())
                .classifierBias(weights.classifierBias().isPresent())
                .inputShape(metadata.inputChannels(), side, side)
                .build().init();
        copy(weights.tensors(), arrays(network, KeyScheme.of(metadata.blockLayout()), metadata.variant()));
        return network;
    }

    private void requireShapes(Map<String, int[]> shapes) throws WeightFileException {
        requireShapes(source, "ShuffleNetV2 " + variant.label() + " (" + blockLayout().label() + " layout)", tensors,
                shapes);
    }

    /**
     * Compares the tensors of a file, except for batch norm's counters, with those of a network.
     *
     * @throws WeightFileException if any are missing, unexpected or of another shape
     */
    static void requireShapes(Path source, String network, Map<String, Tensor> tensors, Map<String, int[]> shapes)
            throws WeightFileException {
        List<String> missing = shapes.keySet().stream().filter(key -> !tensors.containsKey(key)).toList();
        List<String> unexpected = tensors.keySet().stream().filter(key -> !shapes.containsKey(key)
                && !key.endsWith(DType.COUNTER_SUFFIX)).sorted().toList();
        List<String> misshapen = shapes.keySet().stream().filter(tensors::containsKey)
                .filter(key -> !Arrays.equals(tensors.get(key).shape(), shapes.get(key)))
                .map(key -> key + " is " + Arrays.toString(tensors.get(key).shape()) + ", expected "
                        + Arrays.toString(shapes.get(key))).toList();
        String faults = Stream.of(fault("missing", missing), fault("unexpected", unexpected),
                fault("misshapen", misshapen)).filter(fault -> !fault.isEmpty()).collect(Collectors.joining("; "));
        WeightFileException.throwIf(!faults.isEmpty(), source, "does not fit " + network + ": " + faults);
    }

    /** The network's own arrays by the state dict's keys, each in the state dict's shape. */
    private static Map<String, INDArray> arrays(ComputationGraph network, KeyScheme scheme,
                                                ShuffleNetV2Variant variant) {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        for (KeyScheme.Convolution convolution : scheme.convolutions(variant)) {
            Map<String, INDArray> params = network.getLayer(convolution.layer()).paramTable();
            for (int i = 0; i < PARAMETERS.size(); i++) {
                arrays.put(convolution.keys().get(i), params.get(PARAMETERS.get(i)));
            }
        }
        Map<String, INDArray> classifier = network.getLayer(ShuffleNetV2.FC).paramTable();
        arrays.put(scheme.classifierWeightKey(), classifier.get(DefaultParamInitializer.WEIGHT_KEY).transpose());
        if (classifier.containsKey(DefaultParamInitializer.BIAS_KEY)) {
            INDArray bias = classifier.get(DefaultParamInitializer.BIAS_KEY);
            arrays.put(scheme.classifierBiasKey(), bias.reshape(bias.length()));
        }
        return arrays;
    }

    private static String fault(String kind, List<String> names) {
        return names.isEmpty() ? "" : names.size() + " " + kind + ": " + listed(names);
    }

    private static String listed(List<String> names) {
        String shown = String.join(", ", names.subList(0, Math.min(MAX_LISTED, names.size())));
        return names.size() > MAX_LISTED ? shown + " and " + (names.size() - MAX_LISTED) + " more" : shown;
    }
}
