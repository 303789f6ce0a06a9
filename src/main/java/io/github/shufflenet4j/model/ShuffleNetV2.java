package io.github.shufflenet4j.model;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
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
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

import io.github.shufflenet4j.layer.MaxPooling;
import io.github.shufflenet4j.updater.FusedGraphUpdater;

/**
 * ShuffleNet V2 (Ma, Zhang, Zheng and Sun, 2018, arXiv 1807.11164) as a DL4J zoo model.
 *
 * <pre>{@code
 * ComputationGraph network = ShuffleNetV2.builder()
 *         .variant(ShuffleNetV2Variant.X1_0)
 *         .numClasses(10)
 *         .build()
 *         .init();
 * }</pre>
 *
 * <p>Input: one array "input" of shape [N, channels, height, width], or [N, height, width, channels] with
 * {@code dataFormat(NHWC)}; height and width at least 32. Output: "fc", class probabilities [N, numClasses].
 * Vertices carry torchvision's names: {@code conv1}, {@code maxpool}, {@code stage2.0} to {@code stage4.3} for the
 * outputs of the units, {@code conv5}, {@code pool}, {@code fc}; see {@link StageNames}.
 */
public final class ShuffleNetV2 extends ZooModel<ComputationGraph> {

    /** Name of the network's input. */
    public static final String INPUT = "input";
    /** Name of the first convolution. */
    public static final String CONV1 = "conv1";
    /** Name of the max pooling after the first convolution. */
    public static final String MAXPOOL = "maxpool";
    /** Name of the last convolution. */
    public static final String CONV5 = "conv5";
    /** Name of the global average pooling. */
    public static final String POOL = "pool";
    /** Name of the classifier. */
    public static final String FC = "fc";

    /** Least height and width of the images. */
    public static final int MINIMUM_SIZE = 32;

    private static final double MEGVII_X2_0_DROPOUT = 0.2;

    private final ShuffleNetV2Variant variant;
    private final BlockLayout blockLayout;
    private final int numClasses;
    private final boolean classifierBias;
    private final long seed;
    private final IWeightInit weightInit;
    private final IUpdater updater;
    private final IUpdater classifierUpdater;
    private final double l2;
    private final double normL2;
    private final double biasL2;
    private final ILossFunction lossFunction;
    private final CacheMode cacheMode;
    private final WorkspaceMode workspaceMode;
    private final DataType dataType;
    private final CNN2DFormat dataFormat;
    private final boolean inputGradient;
    private int[] inputShape;

    private ShuffleNetV2(Builder builder) {
        this.variant = builder.variant;
        this.blockLayout = builder.blockLayout;
        this.numClasses = builder.numClasses;
        this.classifierBias = builder.classifierBias == null
                ? blockLayout == BlockLayout.TORCHVISION : builder.classifierBias;
        this.seed = builder.seed;
        this.weightInit = builder.weightInit;
        this.updater = builder.updater;
        this.classifierUpdater = builder.classifierUpdater == null ? builder.updater : builder.classifierUpdater;
        this.l2 = builder.l2;
        this.normL2 = builder.normL2;
        this.biasL2 = builder.biasL2;
        this.lossFunction = builder.lossFunction;
        this.cacheMode = builder.cacheMode;
        this.workspaceMode = builder.workspaceMode;
        this.dataType = builder.dataType;
        this.dataFormat = builder.dataFormat;
        this.inputGradient = builder.inputGradient;
        this.inputShape = builder.inputShape;
    }

    /** A builder with the defaults that its methods name. */
    public static Builder builder() {
        return new Builder();
    }

    /** The width. */
    public ShuffleNetV2Variant variant() {
        return variant;
    }

    /** The form of the unit. */
    public BlockLayout blockLayout() {
        return blockLayout;
    }

    /** Number of classes. */
    public int numClasses() {
        return numClasses;
    }

    /** The initialised network. */
    @Override
    @SuppressWarnings("unchecked")
    public ComputationGraph init() {
        ComputationGraph network = new ComputationGraph(graphBuilder().build());
        network.init();
        FusedGraphUpdater.install(network);
        return network;
    }

    /** The network's configuration, for changes before {@code build()}. */
    public ComputationGraphConfiguration.GraphBuilder graphBuilder() {
        ComputationGraphConfiguration.GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .optimizationAlgo(OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT)
                .dataType(dataType)
                .weightInit(weightInit)
                .updater(updater)
                .l2(l2)
                .cacheMode(cacheMode)
                .trainingWorkspaceMode(workspaceMode)
                .inferenceWorkspaceMode(workspaceMode)
                .convolutionMode(ConvolutionMode.Truncate)
                .graphBuilder()
                .addInputs(INPUT)
                .setInputTypes(InputType.convolutional(inputShape[1], inputShape[2], inputShape[0], dataFormat));

        List<ConvolutionShape> convolutions = variant.convolutions(blockLayout, inputShape[0]);
        graph.addLayer(CONV1, ShuffleNetV2Unit.layer(convolutions.get(0), normL2)
                .inputGradient(inputGradient).dataFormat(dataFormat).build(), INPUT);
        graph.addLayer(MAXPOOL, new MaxPooling(dataFormat), CONV1);
        ShuffleNetV2Unit units = new ShuffleNetV2Unit(graph, blockLayout, dataFormat, normL2);
        String previous = MAXPOOL;
        for (UnitShape unit : variant.units(blockLayout)) {
            units.add(unit, previous);
            previous = unit.name();
        }

        boolean megvii = blockLayout == BlockLayout.MEGVII;
        OutputLayer.Builder classifier = new OutputLayer.Builder(lossFunction)
                .nOut(numClasses).activation(Activation.SOFTMAX).hasBias(classifierBias).l2Bias(biasL2)
                .updater(classifierUpdater);
        if (megvii && variant == ShuffleNetV2Variant.X2_0) {
            classifier.dropOut(1 - MEGVII_X2_0_DROPOUT);
        }
        return graph
                .addLayer(CONV5, ShuffleNetV2Unit.layer(convolutions.get(convolutions.size() - 1), normL2)
                        .dataFormat(dataFormat).build(), previous)
                .addLayer(POOL, new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), CONV5)
                .addLayer(FC, classifier.build(), POOL)
                .setOutputs(FC);
    }

    @Override
    public void setInputShape(int[][] inputShape) {
        this.inputShape = checkedShape(Objects.requireNonNull(inputShape, "inputShape")[0]);
    }

    @Override
    @Deprecated
    public ModelMetaData metaData() {
        return new ModelMetaData(new int[][] {inputShape.clone()}, 1, ZooType.CNN);
    }

    @Override
    public Class<? extends Model> modelType() {
        return ComputationGraph.class;
    }

    /** Address of the published weights of this width and block layout, or null if there are none. */
    @Override
    public String pretrainedUrl(PretrainedType type) {
        return pretrained(type).flatMap(weights -> weights.address(this, type)).map(URI::toString).orElse(null);
    }

    /**
     * Always 0: the published files are checked by their SHA-256, not by the Adler-32 that DL4J's zoo asks for here.
     */
    @Override
    public long pretrainedChecksum(PretrainedType type) {
        return 0;
    }

    /**
     * This network with published weights: torchvision's for {@link PretrainedType#IMAGENET}. They are fetched once,
     * into a cache, and copied into a network of this builder's settings (updater, loss, input size, data type and
     * format).
     *
     * @throws UnsupportedOperationException if there are none of that type, width and block layout
     * @throws IllegalArgumentException if the builder asks for another number of classes than the weights have
     * @throws IOException if they cannot be fetched or read; the message says why in one line
     */
    @Override
    @SuppressWarnings("unchecked")
    public <M extends Model> M initPretrained(PretrainedType type) throws IOException {
        PretrainedWeights weights = requirePretrained(type);
        ComputationGraph network = init();
        weights.load(this, type, network);
        return (M) network;
    }

    /**
     * This network with published weights, as {@link #initPretrained(PretrainedType)} gives it, but with a new
     * classifier, for any number of classes: what training for one's own classes starts from. {@link Freezing} keeps
     * parts of it as they are.
     *
     * @throws UnsupportedOperationException if there are none of that type, width and block layout
     * @throws IOException if they cannot be fetched or read; the message says why in one line
     */
    public ComputationGraph initPretrainedBody(PretrainedType type) throws IOException {
        PretrainedWeights weights = requirePretrained(type);
        ComputationGraph network = init();
        weights.loadBody(this, type, network);
        return network;
    }

    private PretrainedWeights requirePretrained(PretrainedType type) {
        return pretrained(type).orElseThrow(() -> new UnsupportedOperationException(
                "no pretrained weights of type " + type + " for ShuffleNetV2 " + variant.label() + " in the "
                        + blockLayout.label() + " layout"));
    }

    private Optional<PretrainedWeights> pretrained(PretrainedType type) {
        return ServiceLoader.load(PretrainedWeights.class, PretrainedWeights.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(weights -> weights.address(this, type).isPresent())
                .findFirst();
    }

    private static int[] checkedShape(int[] shape) {
        if (shape.length != 3 || shape[0] < 1 || shape[1] < MINIMUM_SIZE || shape[2] < MINIMUM_SIZE) {
            throw new IllegalArgumentException("inputShape must be {channels, height, width} with at least 1 channel"
                    + " and " + MINIMUM_SIZE + "x" + MINIMUM_SIZE + " pixels, got "
                    + Arrays.toString(shape));
        }
        return shape.clone();
    }

    /** Builds a {@link ShuffleNetV2}. */
    public static final class Builder {

        private ShuffleNetV2Variant variant = ShuffleNetV2Variant.X1_0;
        private BlockLayout blockLayout = BlockLayout.TORCHVISION;
        private int[] inputShape = {3, 224, 224};
        private int numClasses = 1000;
        private Boolean classifierBias;
        private long seed = 1234;
        private IWeightInit weightInit = WeightInit.UNIFORM.getWeightInitFunction();
        private IUpdater updater = new Nesterovs(0.05, 0.9);
        private IUpdater classifierUpdater;
        private double l2 = 4e-5;
        private double normL2;
        private double biasL2;
        private ILossFunction lossFunction = new LossMCXENT();
        private CacheMode cacheMode = CacheMode.NONE;
        private WorkspaceMode workspaceMode = WorkspaceMode.ENABLED;
        private DataType dataType = DataType.FLOAT;
        private CNN2DFormat dataFormat = CNN2DFormat.NCHW;
        private boolean inputGradient;

        private Builder() {
        }

        /** Width; default {@link ShuffleNetV2Variant#X1_0}. */
        public Builder variant(ShuffleNetV2Variant variant) {
            this.variant = Objects.requireNonNull(variant, "variant");
            return this;
        }

        /** Form of the unit; default {@link BlockLayout#TORCHVISION}. */
        public Builder blockLayout(BlockLayout blockLayout) {
            this.blockLayout = Objects.requireNonNull(blockLayout, "blockLayout");
            return this;
        }

        /** {channels, height, width}, whatever the data format; at least 1, 32, 32; default {3, 224, 224}. */
        public Builder inputShape(int... inputShape) {
            this.inputShape = checkedShape(inputShape);
            return this;
        }

        /** Number of classes, at least 2; default 1000, those of ImageNet. */
        public Builder numClasses(int numClasses) {
            if (numClasses < 2) {
                throw new IllegalArgumentException("numClasses must be at least 2, got " + numClasses);
            }
            this.numClasses = numClasses;
            return this;
        }

        /** Whether the classifier has a bias; default as the source of the block layout: torchvision's has one. */
        public Builder classifierBias(boolean classifierBias) {
            this.classifierBias = classifierBias;
            return this;
        }

        /** Seed of the initial weights; default 1234. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** Initial weights; default {@link WeightInit#UNIFORM}, which is what torchvision's network starts from. */
        public Builder weightInit(WeightInit weightInit) {
            return weightInit(weightInit.getWeightInitFunction());
        }

        /** Initial weights; default {@link WeightInit#UNIFORM}, which is what torchvision's network starts from. */
        public Builder weightInit(IWeightInit weightInit) {
            this.weightInit = Objects.requireNonNull(weightInit, "weightInit");
            return this;
        }

        /** Updater of every trained parameter; default Nesterov momentum 0.9 at a learning rate of 0.05. */
        public Builder updater(IUpdater updater) {
            this.updater = Objects.requireNonNull(updater, "updater");
            return this;
        }

        /**
         * Updater of the classifier; default that of everything else. A new classifier on trained weights may learn
         * faster than they should change.
         */
        public Builder classifierUpdater(IUpdater classifierUpdater) {
            this.classifierUpdater = Objects.requireNonNull(classifierUpdater, "classifierUpdater");
            return this;
        }

        /**
         * Weight decay as in PyTorch's SGD, added to the gradient before the updater; default 4e-5, as in the
         * authors' training. It falls on the weights of convolutions and classifier only.
         */
        public Builder l2(double l2) {
            this.l2 = notNegative(l2, "l2");
            return this;
        }

        /** The same on the scales and shifts of batch norm; default 0, as in the authors' training. */
        public Builder normL2(double normL2) {
            this.normL2 = notNegative(normL2, "normL2");
            return this;
        }

        /** The same on the classifier's bias; default 0, as in the authors' training. */
        public Builder biasL2(double biasL2) {
            this.biasL2 = notNegative(biasL2, "biasL2");
            return this;
        }

        private static double notNegative(double value, String name) {
            if (!(value >= 0)) {
                throw new IllegalArgumentException(name + " must not be negative, got " + value);
            }
            return value;
        }

        /** Loss on the class probabilities; default multi-class cross-entropy. */
        public Builder lossFunction(ILossFunction lossFunction) {
            this.lossFunction = Objects.requireNonNull(lossFunction, "lossFunction");
            return this;
        }

        /** DL4J's cache mode; default {@link CacheMode#NONE}. */
        public Builder cacheMode(CacheMode cacheMode) {
            this.cacheMode = Objects.requireNonNull(cacheMode, "cacheMode");
            return this;
        }

        /** DL4J's workspace mode; default {@link WorkspaceMode#ENABLED}. */
        public Builder workspaceMode(WorkspaceMode workspaceMode) {
            this.workspaceMode = Objects.requireNonNull(workspaceMode, "workspaceMode");
            return this;
        }

        /** Floating-point type of parameters and activations; default {@link DataType#FLOAT}. */
        public Builder dataType(DataType dataType) {
            if (!Objects.requireNonNull(dataType, "dataType").isFPType()) {
                throw new IllegalArgumentException("dataType must be a floating-point type, got " + dataType);
            }
            this.dataType = dataType;
            return this;
        }

        /** Layout of input and activations; default {@link CNN2DFormat#NCHW}. */
        public Builder dataFormat(CNN2DFormat dataFormat) {
            this.dataFormat = Objects.requireNonNull(dataFormat, "dataFormat");
            return this;
        }

        /**
         * Whether a backward pass goes on to the image; default false. Training needs no gradient with respect to the
         * images, and saves a good part of the first convolution's time without it.
         */
        public Builder inputGradient(boolean inputGradient) {
            this.inputGradient = inputGradient;
            return this;
        }

        /**
         * The zoo model.
         *
         * @throws IllegalArgumentException if the block layout does not exist in this width
         */
        public ShuffleNetV2 build() {
            if (!variant.supports(blockLayout)) {
                throw new IllegalArgumentException("variant " + variant.label() + " has no block layout MEGVII: "
                        + "the projection of its first unit would fill all " + variant.stages().get(0).channels()
                        + " channels");
            }
            return new ShuffleNetV2(this);
        }
    }
}
