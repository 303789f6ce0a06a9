package io.github.shufflenet4j.modelfile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.commons.lang3.Validate;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.distribution.Distribution;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JavaType;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.cfg.MapperConfig;
import org.nd4j.shade.jackson.databind.exc.InvalidTypeIdException;
import org.nd4j.shade.jackson.databind.json.JsonMapper;
import org.nd4j.shade.jackson.databind.jsontype.PolymorphicTypeValidator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;

import io.github.shufflenet4j.layer.ConvNormActivation;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * DL4J's configuration of a graph, read from untrusted JSON. The JSON names the classes to create; only those of
 * networks are allowed, by name and before any is loaded. DL4J's own reader allows every class, and so do its readers
 * of formats before 1.0.0-beta, which are not used here.
 */
final class NetworkConfiguration {

    /** Maximum length of the JSON, in bytes. The network of 164 layers takes a tenth. */
    static final int MAX_BYTES = 8 << 20;

    private static final int MAX_NESTING = 100;
    private static final int MAX_VERTICES = 4096;
    private static final int MAX_CHANNELS = 1 << 20;
    private static final int MAX_KERNEL = 1 << 10;
    private static final Set<DataType> DATA_TYPES =
            Set.of(DataType.FLOAT, DataType.DOUBLE, DataType.HALF, DataType.BFLOAT16);

    private static final String DL4J = "org.deeplearning4j.nn.conf.";
    private static final String OWN = "io.github.shufflenet4j.";

    /** Packages whose classes are parts of configurations only. */
    private static final Set<String> PACKAGES = Set.of(OWN + "graph", OWN + "layer",
            OWN + "training.schedule", OWN + "training.step", OWN + "updater",
            DL4J + "constraint", DL4J + "distribution", DL4J + "dropout", DL4J + "inputs", DL4J + "preprocessor",
            DL4J + "weightnoise",
            "org.deeplearning4j.nn.weights", "org.nd4j.linalg.activations.impl", "org.nd4j.linalg.learning.config",
            "org.nd4j.linalg.learning.regularization", "org.nd4j.linalg.lossfunctions.impl",
            "org.nd4j.linalg.schedule");

    /** DL4J's layers and vertices of networks for images, below {@link #DL4J}. */
    private static final Set<String> COMPONENTS = Set.of("graph.ElementWiseVertex", "graph.FrozenVertex",
            "graph.L2NormalizeVertex", "graph.LayerVertex", "graph.MergeVertex", "graph.PreprocessorVertex",
            "graph.ScaleVertex", "graph.ShiftVertex", "graph.SubsetVertex", "layers.ActivationLayer",
            "layers.BatchNormalization", "layers.Convolution2D", "layers.ConvolutionLayer", "layers.DenseLayer",
            "layers.DepthwiseConvolution2D", "layers.DropoutLayer", "layers.GlobalPoolingLayer",
            "layers.LocalResponseNormalization", "layers.LossLayer", "layers.OutputLayer", "layers.Pooling2D",
            "layers.PReLULayer", "layers.SeparableConvolution2D", "layers.SubsamplingLayer", "layers.Upsampling2D",
            "layers.ZeroPaddingLayer", "layers.misc.FrozenLayer", "layers.misc.FrozenLayerWithBackprop");

    /** Classes of this library that model files of version 0.1.0-SNAPSHOT name as they were called then. */
    private static final Map<String, String> RENAMED = Map.of(
            OWN + "training.CosineSchedule", OWN + "training.schedule.CosineSchedule",
            OWN + "training.PolynomialSchedule", OWN + "training.schedule.PolynomialSchedule",
            OWN + "training.WarmupSchedule", OWN + "training.schedule.WarmupSchedule",
            OWN + "training.LossSmoothedMCXENT", OWN + "training.step.LossSmoothedMCXENT");

    private static final JsonFactory TOKENS = JsonFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build()).build();

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .polymorphicTypeValidator(new AllowedClasses())
            .addMixIn(IActivation.class, ByClass.class)
            .addMixIn(ILossFunction.class, ByClass.class)
            .addMixIn(Distribution.class, ByType.class)
            .build();

    private NetworkConfiguration() {
    }

    /** In place of DL4J's annotations, which read old formats with other mappers. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, property = "@class")
    private interface ByClass {
    }

    /** The same with the property of distributions. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, property = "type")
    private interface ByType {
    }

    private static final class AllowedClasses extends PolymorphicTypeValidator.Base {

        private static final long serialVersionUID = 1L;

        @Override
        public Validity validateSubClassName(MapperConfig<?> config, JavaType base, String name)
                throws InvalidTypeIdException {
            if (!isAllowed(name)) {
                throw new InvalidTypeIdException(null, "it names the class " + name
                        + ", which is none that networks here consist of", base, name);
            }
            return Validity.ALLOWED;
        }
    }

    private static boolean isAllowed(String name) {
        int end = name.lastIndexOf('.');
        return end > 0 && PACKAGES.contains(name.substring(0, end))
                || name.startsWith(DL4J) && COMPONENTS.contains(name.substring(DL4J.length()));
    }

    /** @throws WeightFileException if it is no graph's, names a class that is not allowed, or has too large a size */
    static ComputationGraphConfiguration read(Path file, String json) throws WeightFileException {
        try {
            return parse(json);
        } catch (IllegalArgumentException e) {
            throw new WeightFileException(file, "has a configuration that is not read: " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException that says why the configuration is not read */
    static ComputationGraphConfiguration parse(String json) {
        try (JsonParser tokens = TOKENS.createParser(json)) {
            while (tokens.nextToken() != null) {
                continue; // checks the depth, to which the mapper below recurses
            }
            ComputationGraphConfiguration configuration = MAPPER.readValue(withCurrentNames(json),
                    ComputationGraphConfiguration.class);
            check(configuration);
            return configuration;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static String withCurrentNames(String json) {
        String current = json;
        for (Map.Entry<String, String> renamed : RENAMED.entrySet()) {
            current = current.replace('"' + renamed.getKey() + '"', '"' + renamed.getValue() + '"');
        }
        return current;
    }

    /** @throws ArithmeticException if the number is beyond 2^63 */
    static long parameters(ComputationGraphConfiguration configuration) {
        return configuration.getVertices().values().stream().mapToLong(vertex -> vertex.numParams(true))
                .reduce(0, Math::addExact);
    }

    private static void check(ComputationGraphConfiguration configuration) {
        Validate.isTrue(configuration != null && configuration.getVertices() != null
                && configuration.getNetworkInputs() != null && configuration.getNetworkOutputs() != null
                && configuration.getVertexInputs() != null, "it describes no graph");
        Validate.isTrue(DATA_TYPES.contains(configuration.getDataType()), "a network cannot compute in %s",
                configuration.getDataType());
        Validate.isTrue(configuration.getVertices().size() <= MAX_VERTICES,
                "it has %s layers and vertices, more than %s", configuration.getVertices().size(), MAX_VERTICES);
        configuration.getVertices().forEach(NetworkConfiguration::check);
    }

    private static void check(String name, GraphVertex vertex) {
        if (vertex instanceof FrozenVertex frozen) {
            check(name, frozen.getUnderlying());
        } else if (vertex instanceof LayerVertex layer) {
            check(name, layer.getLayerConf().getLayer());
            restoreStatistics(layer);
        } else if (vertex == null) {
            throw new IllegalArgumentException("'" + name + "' is empty");
        }
    }

    private static void check(String name, Layer layer) {
        if (layer instanceof FrozenLayer frozen) {
            check(name, frozen.getLayer());
        } else if (layer instanceof FrozenLayerWithBackprop frozen) {
            check(name, frozen.getUnderlying());
        } else if (layer == null) {
            throw new IllegalArgumentException("the layer '" + name + "' is empty");
        }
        if (layer instanceof FeedForwardLayer sized) {
            require(name, "nIn", 0, MAX_CHANNELS, sized.getNIn());
            require(name, "nOut", 0, MAX_CHANNELS, sized.getNOut());
        }
        if (layer instanceof ConvolutionLayer convolution) {
            requireWindow(name, convolution.getKernelSize(), convolution.getStride(), convolution.getPadding());
        } else if (layer instanceof SubsamplingLayer pooling) {
            requireWindow(name, pooling.getKernelSize(), pooling.getStride(), pooling.getPadding());
        } else if (layer instanceof ConvNormActivation convolution) {
            requireWindow(name, new int[] {convolution.getKernelSize()}, new int[] {convolution.getStride()},
                    new int[] {convolution.getPadding()});
            require(name, "groups", 1, MAX_CHANNELS, convolution.getGroups());
        }
    }

    private static void require(String layer, String property, int min, int max, long... sizes) {
        for (long size : sizes) {
            Validate.isTrue(size >= min && size <= max, "the layer '%s' has %s %s, which must be from %s to %s", layer,
                    property, size, min, max);
        }
    }

    private static void requireWindow(String layer, int[] kernel, int[] stride, int[] padding) {
        require(layer, "kernelSize", 1, MAX_KERNEL, Arrays.stream(kernel).asLongStream().toArray());
        require(layer, "stride", 1, MAX_KERNEL, Arrays.stream(stride).asLongStream().toArray());
        require(layer, "padding", 0, MAX_KERNEL, Arrays.stream(padding).asLongStream().toArray());
    }

    /** DL4J does not save whether batch norm has variances or their logarithms; the names of its arrays tell. */
    private static void restoreStatistics(LayerVertex vertex) {
        if (vertex.getLayerConf().getLayer() instanceof BatchNormalization layer) {
            List<String> names = vertex.getLayerConf().getVariables();
            layer.setUseLogStd(!names.contains(BatchNormalizationParamInitializer.GLOBAL_VAR));
        }
    }
}
