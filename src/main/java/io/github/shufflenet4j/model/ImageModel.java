package io.github.shufflenet4j.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

import org.apache.commons.lang3.Validate;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.zoo.ModelMetaData;
import org.deeplearning4j.zoo.PretrainedType;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.ZooType;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

import io.github.shufflenet4j.layer.ClassifierOutput;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.updater.UpdatedGraph;

/**
 * A network that classifies images, as a DL4J zoo model: an {@link Architecture} with the settings of its training.
 *
 * <p>Input: one array "input" of shape [N, channels, height, width], or [N, height, width, channels] with
 * {@code dataFormat(NHWC)}; height and width at least 32. Output: "fc", class probabilities [N, numClasses].
 */
public abstract class ImageModel extends ZooModel<ComputationGraph> {

    /** Name of the network's input. */
    public static final String INPUT = "input";
    /** Name of the global average pooling. */
    public static final String POOL = "pool";
    /** Name of the classifier. */
    public static final String FC = "fc";
    /** Minimum height and width of the images. */
    public static final int MINIMUM_SIZE = 32;

    private final Architecture architecture;
    private final Builder<?> settings;
    private int[] inputShape;

    ImageModel(Architecture architecture, Builder<?> builder) {
        this.architecture = architecture;
        this.settings = builder.copy();
        this.inputShape = settings.inputShape == null
                ? new int[] {3, architecture.imageSize(), architecture.imageSize()} : settings.inputShape;
    }

    /** The form of the network. */
    public final Architecture architecture() {
        return architecture;
    }

    /** Number of classes. */
    public final int numClasses() {
        return settings.numClasses;
    }

    /** The type of the input, as DL4J describes it. */
    public final InputType inputType() {
        return InputType.convolutional(inputShape[1], inputShape[2], inputShape[0], settings.dataFormat);
    }

    /** The initialised network. */
    @Override
    @SuppressWarnings("unchecked")
    public final ComputationGraph init() {
        return UpdatedGraph.of(graphBuilder().build());
    }

    /** The network's configuration, for changes before {@code build()}. */
    public final ComputationGraphConfiguration.GraphBuilder graphBuilder() {
        ComputationGraphConfiguration.GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(settings.seed)
                .optimizationAlgo(OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT)
                .dataType(settings.dataType)
                .weightInit(settings.weightInit)
                .updater(settings.updater)
                .l2(settings.l2)
                .cacheMode(settings.cacheMode)
                .trainingWorkspaceMode(settings.workspaceMode)
                .inferenceWorkspaceMode(settings.workspaceMode)
                .convolutionMode(ConvolutionMode.Truncate)
                .graphBuilder()
                .addInputs(INPUT)
                .setInputTypes(inputType());
        Node features = architecture.features(Node.image(graph, INPUT, inputShape[0], settings.dataFormat,
                settings.normL2, settings.inputGradient));
        Node pooled = features.isVector() ? features : features.globalPool(POOL);
        graph.addLayer(FC, classifier(), pooled.name()).setOutputs(FC);
        graph.getVertices().forEach((name, vertex) -> {
            if (vertex instanceof LayerVertex layer && layer.getLayerConf().getLayer() instanceof BaseLayer trained) {
                updater(name).ifPresent(trained::setIUpdater);
                if (settings.decoupledWeightDecay) {
                    trained.setRegularization(decoupled(trained.getRegularization()));
                    trained.setRegularizationBias(decoupled(trained.getRegularizationBias()));
                }
            }
        });
        return graph;
    }

    /** The updater of a layer, if it has one of its own. */
    Optional<IUpdater> updater(String layer) {
        return Optional.empty();
    }

    private static List<Regularization> decoupled(List<Regularization> decay) {
        return decay == null ? null : decay.stream().map(kind -> kind instanceof L2Regularization l2
                ? new WeightDecay(l2.getL2(), true) : kind).collect(Collectors.toCollection(ArrayList::new));
    }

    private ClassifierOutput classifier() {
        NetworkTraits traits = architecture.traits();
        ClassifierOutput.Builder classifier = new ClassifierOutput.Builder(settings.lossFunction);
        classifier.nOut(settings.numClasses).activation(Activation.SOFTMAX).l2Bias(settings.biasL2)
                .hasBias(settings.classifierBias == null ? traits.classifierBias() : settings.classifierBias)
                .updater(settings.classifierUpdater == null ? settings.updater : settings.classifierUpdater);
        if (traits.dropout() > 0) {
            classifier.dropOut(1 - traits.dropout());
        }
        return classifier.build();
    }

    @Override
    public final void setInputShape(int[][] inputShape) {
        this.inputShape = checkedShape(Objects.requireNonNull(inputShape, "inputShape")[0]);
    }

    @Override
    @Deprecated
    public final ModelMetaData metaData() {
        return new ModelMetaData(new int[][] {inputShape.clone()}, 1, ZooType.CNN);
    }

    @Override
    public final Class<? extends Model> modelType() {
        return ComputationGraph.class;
    }

    @Override
    public final String modelName() {
        return architecture.networkName();
    }

    /** URI of published weights, or null if there are none. */
    @Override
    public String pretrainedUrl(PretrainedType type) {
        return null;
    }

    /** Always 0: published files are checked by their SHA-256, not by the Adler-32 that DL4J's zoo expects here. */
    @Override
    public final long pretrainedChecksum(PretrainedType type) {
        return 0;
    }

    private static int[] checkedShape(int[] shape) {
        Validate.isTrue(shape.length == 3 && shape[0] >= 1 && shape[1] >= MINIMUM_SIZE && shape[2] >= MINIMUM_SIZE,
                "inputShape must be {channels, height, width} with at least 1 channel and %sx%s pixels, got %s",
                MINIMUM_SIZE, MINIMUM_SIZE, Arrays.toString(shape));
        return shape.clone();
    }

    /**
     * The settings that all networks have.
     *
     * @param <B> the builder's own type
     */
    public abstract static class Builder<B extends Builder<B>> implements Cloneable {

        private int[] inputShape;
        private int numClasses = 1000;
        private Boolean classifierBias;
        private long seed = 1234;
        private IWeightInit weightInit = WeightInit.UNIFORM.getWeightInitFunction();
        private IUpdater updater = new Nesterovs(0.05, 0.9);
        private IUpdater classifierUpdater;
        private double l2 = 4e-5;
        private double normL2;
        private double biasL2;
        private boolean decoupledWeightDecay;
        private ILossFunction lossFunction = new LossMCXENT();
        private CacheMode cacheMode = CacheMode.NONE;
        private WorkspaceMode workspaceMode = WorkspaceMode.ENABLED;
        private DataType dataType = DataType.FLOAT;
        private CNN2DFormat dataFormat = CNN2DFormat.NCHW;
        private boolean inputGradient;

        Builder() {
        }

        private Builder<?> copy() {
            try {
                return (Builder<?>) clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        abstract B self();

        /** The zoo model. */
        public abstract ImageModel build();

        /**
         * {channels, height, width}, whatever the data format; at least 1, 32, 32; default three channels of the size
         * that the architecture's published figures are for, which is 224x224 for most.
         */
        public B inputShape(int... inputShape) {
            this.inputShape = checkedShape(inputShape);
            return self();
        }

        /** Number of classes, at least 2; default 1000, those of ImageNet. */
        public B numClasses(int numClasses) {
            Validate.isTrue(numClasses >= 2, "numClasses must be at least 2, got %s", numClasses);
            this.numClasses = numClasses;
            return self();
        }

        /** Whether the classifier has a bias; default as in the architecture's source. */
        public B classifierBias(boolean classifierBias) {
            this.classifierBias = classifierBias;
            return self();
        }

        /** Seed of the initial weights; default 1234. */
        public B seed(long seed) {
            this.seed = seed;
            return self();
        }

        /** Initial weights; default {@link WeightInit#UNIFORM}, which is what torchvision's networks start from. */
        public B weightInit(WeightInit weightInit) {
            return weightInit(weightInit.getWeightInitFunction());
        }

        /** Initial weights; default {@link WeightInit#UNIFORM}, which is what torchvision's networks start from. */
        public B weightInit(IWeightInit weightInit) {
            this.weightInit = Objects.requireNonNull(weightInit, "weightInit");
            return self();
        }

        /** Updater of every trained parameter; default Nesterov momentum 0.9 at a learning rate of 0.05. */
        public B updater(IUpdater updater) {
            this.updater = Objects.requireNonNull(updater, "updater");
            return self();
        }

        /**
         * Updater of the classifier; default that of everything else. A new classifier on trained weights may learn
         * faster than they should change.
         */
        public B classifierUpdater(IUpdater classifierUpdater) {
            this.classifierUpdater = Objects.requireNonNull(classifierUpdater, "classifierUpdater");
            return self();
        }

        /**
         * Weight decay as in PyTorch's SGD, added to the gradient before the updater; default 4e-5, as in the
         * authors' training. It applies to the weights of convolutions, fully connected layers and the classifier only.
         */
        public B l2(double l2) {
            this.l2 = notNegative(l2, "l2");
            return self();
        }

        /** The same on the scales and shifts of batch norm; default 0, as in the authors' training. */
        public B normL2(double normL2) {
            this.normL2 = notNegative(normL2, "normL2");
            return self();
        }

        /** The same on the classifier's bias; default 0, as in the authors' training. */
        public B biasL2(double biasL2) {
            this.biasL2 = notNegative(biasL2, "biasL2");
            return self();
        }

        /**
         * Whether these three are decoupled from the gradient, as in PyTorch's AdamW: the parameters shrink by the
         * learning rate times the factor; default false.
         */
        public B decoupledWeightDecay(boolean decoupledWeightDecay) {
            this.decoupledWeightDecay = decoupledWeightDecay;
            return self();
        }

        private static double notNegative(double value, String name) {
            Validate.isTrue(value >= 0, "%s must not be negative, got %s", name, value);
            return value;
        }

        /** Loss on the class probabilities; default multi-class cross-entropy. */
        public B lossFunction(ILossFunction lossFunction) {
            this.lossFunction = Objects.requireNonNull(lossFunction, "lossFunction");
            return self();
        }

        /** DL4J's cache mode; default {@link CacheMode#NONE}. */
        public B cacheMode(CacheMode cacheMode) {
            this.cacheMode = Objects.requireNonNull(cacheMode, "cacheMode");
            return self();
        }

        /** DL4J's workspace mode; default {@link WorkspaceMode#ENABLED}. */
        public B workspaceMode(WorkspaceMode workspaceMode) {
            this.workspaceMode = Objects.requireNonNull(workspaceMode, "workspaceMode");
            return self();
        }

        /** Floating-point type of parameters and activations; default {@link DataType#FLOAT}. */
        public B dataType(DataType dataType) {
            Validate.isTrue(Objects.requireNonNull(dataType, "dataType").isFPType(),
                    "dataType must be a floating-point type, got %s", dataType);
            this.dataType = dataType;
            return self();
        }

        /** Layout of input and activations; default {@link CNN2DFormat#NCHW}. */
        public B dataFormat(CNN2DFormat dataFormat) {
            this.dataFormat = Objects.requireNonNull(dataFormat, "dataFormat");
            return self();
        }

        /**
         * Whether a backward pass computes the gradient with respect to the image; default false: training does not
         * need it, and saves a good part of the first convolution's time without it.
         */
        public B inputGradient(boolean inputGradient) {
            this.inputGradient = inputGradient;
            return self();
        }
    }
}
