package io.github.shufflenet4j.weights;

import static io.github.shufflenet4j.layer.ConvNormActivationParams.BETA;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.GAMMA;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.MEAN;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.VARIANCE;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.WEIGHT;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.model.ImageModel;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.comparison.DenseNet;

/**
 * The weights of a {@link DenseNet} in torchvision's state dict: {@code features.conv0.weight},
 * {@code features.denseblock1.denselayer1.norm1.weight}, ..., {@code classifier.bias}. Files from before torchvision
 * 0.3 have {@code norm.1} and {@code conv.1} in place of {@code norm1} and {@code conv1}; both are read.
 */
public final class DenseNetWeights {

    private static final String FEATURES = "features.";
    private static final String CONV0_KEY = FEATURES + DenseNet.CONV0 + ".weight";
    private static final String CLASSIFIER_WEIGHT = "classifier.weight";
    private static final String CLASSIFIER_BIAS = "classifier.bias";

    private static final Pattern OLD_KEY = Pattern.compile("(.*denselayer\\d+\\.(?:norm|conv))\\.([12]\\..*)");
    private static final Map<String, String> NORM_KEYS = normKeys();

    private final Path source;
    private final Map<String, Tensor> tensors;
    private final DenseNet architecture;

    private DenseNetWeights(Path source, Map<String, Tensor> tensors, DenseNet architecture) {
        this.source = source;
        this.tensors = tensors;
        this.architecture = architecture;
    }

    private static Map<String, String> normKeys() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put(GAMMA, ".weight");
        keys.put(BETA, ".bias");
        keys.put(MEAN, ".running_mean");
        keys.put(VARIANCE, ".running_var");
        return keys;
    }

    /** Whether a state dict with these keys is that of a DenseNet. */
    public static boolean recognise(Set<String> keys) {
        return keys.contains(CONV0_KEY) && keys.stream().anyMatch(key -> key.startsWith(FEATURES + DenseNet.BLOCK));
    }

    /**
     * Recognises the weights in {@code stateDict}.
     *
     * @throws WeightFileException if they are not those of a DenseNet of {@link DenseNet}
     */
    public static DenseNetWeights of(StateDict stateDict) throws WeightFileException {
        Path source = stateDict.source();
        WeightFileException.throwIf(!recognise(stateDict.tensors().keySet()), source,
                "holds no DenseNet weights: it lacks " + CONV0_KEY + " and dense blocks");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        stateDict.tensors().forEach((key, tensor) -> tensors.put(OLD_KEY.matcher(key).replaceFirst("$1$2"), tensor));
        DenseNet architecture = Arrays.stream(DenseNet.values()).filter(form -> fits(form, tensors)).findFirst()
                .orElseThrow(() -> new WeightFileException(source, "is of no known DenseNet: its dense layers or its"
                        + " growth rate are not those of densenet_121, densenet_169 or densenet_201"));
        return new DenseNetWeights(source, tensors, architecture);
    }

    /** Whether dense layers and growth rate are those of a network. */
    private static boolean fits(DenseNet form, Map<String, Tensor> tensors) {
        List<Integer> layers = form.layers();
        int[] conv0 = tensors.get(CONV0_KEY).shape();
        if (form.isReconstruction() || conv0.length != 4 || conv0[0] != 2 * form.growth()) {
            return false;
        }
        for (int block = 1; block <= layers.size(); block++) {
            String prefix = FEATURES + DenseNet.BLOCK + block + DenseNet.LAYER;
            if (!tensors.containsKey(prefix + layers.get(block - 1) + DenseNet.CONV1 + ".weight")
                    || tensors.containsKey(prefix + (layers.get(block - 1) + 1) + DenseNet.CONV1 + ".weight")) {
                return false;
            }
        }
        return true;
    }

    /** The network that they are for. */
    public DenseNet architecture() {
        return architecture;
    }

    /**
     * A network with these weights.
     *
     * @param side of its images, in pixels
     * @throws WeightFileException if any are missing, unexpected or of another shape
     */
    public ComputationGraph network(int side) throws WeightFileException {
        int[] classifier = shape(CLASSIFIER_WEIGHT, 2);
        WeightFileException.throwIf(classifier[0] < 2, source,
                "has a classifier of " + classifier[0] + " class; it needs at least 2");
        ComputationGraph network = ZooNetwork.builder(architecture).numClasses(classifier[0])
                .inputShape(inputChannels(), side, side).build().init();
        copyTo(network);
        return network;
    }

    /** Channels of its input. */
    public int inputChannels() throws WeightFileException {
        return shape(CONV0_KEY, 4)[1];
    }

    private int[] shape(String key, int rank) throws WeightFileException {
        Tensor tensor = tensors.get(key);
        WeightFileException.throwIf(tensor == null, source, "lacks " + key);
        WeightFileException.throwIf(tensor.shape().length != rank, source,
                "has " + key + " of shape " + Arrays.toString(tensor.shape()) + ", expected rank " + rank);
        return tensor.shape();
    }

    /**
     * Copies all weights into {@code network}, which {@link ZooNetwork} has built of {@link #architecture}.
     *
     * @throws WeightFileException if any are missing, unexpected or of another shape; nothing has been copied then
     */
    public void copyTo(ComputationGraph network) throws WeightFileException {
        Map<String, INDArray> targets = arrays(network);
        NetworkWeights.requireShapes(source, architecture.networkName(), tensors, NetworkWeights.shapes(targets));
        NetworkWeights.copy(tensors, targets);
    }

    /** The network's own arrays by torchvision's keys, each in torchvision's shape. */
    private static Map<String, INDArray> arrays(ComputationGraph network) {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        for (Layer layer : network.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            Map<String, INDArray> params = layer.paramTable();
            if (name.equals(ImageModel.FC)) {
                arrays.put(CLASSIFIER_WEIGHT, params.get(DefaultParamInitializer.WEIGHT_KEY).transpose());
                INDArray bias = params.get(DefaultParamInitializer.BIAS_KEY);
                arrays.put(CLASSIFIER_BIAS, bias.reshape(bias.length()));
                continue;
            }
            if (params.containsKey(WEIGHT)) {
                arrays.put(FEATURES + name + ".weight", params.get(WEIGHT));
            }
            if (params.containsKey(GAMMA)) {
                String norm = FEATURES + normName(name);
                NORM_KEYS.forEach((param, suffix) -> arrays.put(norm + suffix, params.get(param)));
            }
        }
        return arrays;
    }

    /** The batch norm of a layer that may be a convolution: that behind conv0 is norm0, that behind conv1 norm2. */
    private static String normName(String layer) {
        if (layer.equals(DenseNet.CONV0)) {
            return "norm0";
        }
        return layer.endsWith(DenseNet.CONV1)
                ? layer.substring(0, layer.length() - DenseNet.CONV1.length()) + ".norm2" : layer;
    }
}
