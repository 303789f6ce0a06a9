package io.github.shufflenet4j.layer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.common.util.ArrayUtil;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Lays the parameters of {@link ConvNormActivation} and {@link NormActivation} out in the network's flat parameter
 * array, and initialises them.
 */
public final class ConvNormActivationParams implements ParamInitializer {

    /** Key of the convolution's weights, [nOut, nIn / groups, kernelSize, kernelSize]. */
    public static final String WEIGHT = "W";
    /** Key of batch norm's scale, [nOut]; initially 1. */
    public static final String GAMMA = "gamma";
    /** Key of batch norm's shift, [nOut]; initially 0. */
    public static final String BETA = "beta";
    /** Key of the running mean, [nOut]; initially 0. */
    public static final String MEAN = "mean";
    /** Key of the running variance, [nOut]; initially 1. */
    public static final String VARIANCE = "var";

    private static final List<String> NORM = List.of(GAMMA, BETA, MEAN, VARIANCE);

    static final ConvNormActivationParams INSTANCE = new ConvNormActivationParams();

    private ConvNormActivationParams() {
    }

    static boolean isRunningStatistic(String param) {
        return MEAN.equals(param) || VARIANCE.equals(param);
    }

    /** Shapes by key, in the order of the flat array. */
    static Map<String, long[]> shapes(Layer layer) {
        long nOut = ((FeedForwardLayer) layer).getNOut();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        boolean norm = true;
        if (layer instanceof ConvNormActivation convolution) {
            shapes.put(WEIGHT, new long[] {nOut, convolution.getNIn() / convolution.getGroups(),
                convolution.getKernelSize(), convolution.getKernelSize()});
            norm = convolution.isBatchNorm();
        }
        if (norm) {
            NORM.forEach(key -> shapes.put(key, new long[] {nOut}));
        }
        return shapes;
    }

    @Override
    public long numParams(NeuralNetConfiguration conf) {
        return numParams(conf.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        return shapes(layer).values().stream().mapToLong(ArrayUtil::prodLong).sum();
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        return List.copyOf(shapes(layer).keySet());
    }

    @Override
    public List<String> weightKeys(Layer layer) {
        return paramKeys(layer).stream().filter(WEIGHT::equals).toList();
    }

    @Override
    public List<String> biasKeys(Layer layer) {
        return List.of();
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
        return WEIGHT.equals(key);
    }

    @Override
    public boolean isBiasParam(Layer layer, String key) {
        return false;
    }

    @Override
    public Map<String, INDArray> init(NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
        Layer layer = conf.getLayer();
        Map<String, INDArray> params = Collections.synchronizedMap(new LinkedHashMap<>());
        params.putAll(views(layer, paramsView));
        params.keySet().forEach(conf::addVariable);
        if (initializeParams) {
            if (layer instanceof ConvNormActivation convolution) {
                initialise(convolution, params.get(WEIGHT));
            }
            params.forEach((key, array) -> {
                if (NORM.contains(key)) {
                    array.assign(GAMMA.equals(key) || VARIANCE.equals(key) ? 1 : 0);
                }
            });
        }
        return params;
    }

    private static void initialise(ConvNormActivation layer, INDArray weight) {
        long area = (long) layer.getKernelSize() * layer.getKernelSize();
        double fanIn = weight.size(1) * area;
        double fanOut = (double) layer.getNOut() / layer.getGroups() * area;
        layer.getWeightInitFn().init(fanIn, fanOut, weight.shape(), 'c', weight.reshape(weight.length()));
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(NeuralNetConfiguration conf, INDArray gradientView) {
        return views(conf.getLayer(), gradientView);
    }

    private static Map<String, INDArray> views(Layer layer, INDArray flat) {
        INDArray vector = flat.reshape(flat.length());
        Map<String, INDArray> views = new LinkedHashMap<>();
        long offset = 0;
        for (Map.Entry<String, long[]> entry : shapes(layer).entrySet()) {
            long length = ArrayUtil.prodLong(entry.getValue());
            views.put(entry.getKey(), vector.get(NDArrayIndex.interval(offset, offset + length))
                    .reshape('c', entry.getValue()));
            offset += length;
        }
        return views;
    }
}
