package io.github.shufflenet4j.layer;

import java.util.Collection;
import java.util.List;
import java.util.Objects;

import org.apache.commons.lang3.Validate;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.util.ArrayUtil;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;

/**
 * Convolution without bias, batch norm and activation as one DL4J layer: torchvision's {@code Conv2dNormActivation}.
 *
 * <p>Shapes: [N, nIn, H, W] to [N, nOut, H', W'] with H' = floor((H + 2 padding - kernelSize) / stride) + 1, or the
 * same with channels last; the layout is that of the input type. Kernels and strides are square.
 *
 * <p>Parameters, in this order:
 * <table>
 * <caption>Parameters of the layer</caption>
 * <tr><th>key</th><th>shape</th><th>trained</th></tr>
 * <tr><td>{@code W}</td><td>[nOut, nIn / groups, kernelSize, kernelSize]</td><td>yes; regularised as weights</td></tr>
 * <tr><td>{@code gamma}, {@code beta}</td><td>[nOut]</td>
 *     <td>yes; regularised as biases: by default not at all</td></tr>
 * <tr><td>{@code mean}, {@code var}</td><td>[nOut]</td><td>no: running statistics</td></tr>
 * </table>
 * The running statistics are parameters with a no-op updater, as in DL4J's {@code BatchNormalization}: they travel
 * with checkpoints, and averaging parameters over workers averages them. Their running variance is the unbiased one
 * (Ioffe and Szegedy, algorithm 2), as in PyTorch. In test mode, and when frozen, the layer normalises by them.
 *
 * <p>Without batch norm ({@link Builder#batchNorm}), the layer is the convolution and the activation, and has only
 * {@code W}.
 *
 * <p>What computes the layer, the executor, is chosen when the layer is instantiated. It is not part of the
 * configuration, so saved networks move freely between machines and backends.
 */
public final class ConvNormActivation extends FeedForwardLayer {

    private static final long serialVersionUID = 1L;

    @JsonProperty("kernelSize")
    private int kernelSize;
    @JsonProperty("stride")
    private int stride;
    @JsonProperty("padding")
    private int padding;
    @JsonProperty("groups")
    private int groups;
    @JsonProperty("decay")
    private double decay;
    @JsonProperty("eps")
    private double eps;
    @JsonProperty("format")
    private CNN2DFormat format;
    @JsonProperty("inputGradient")
    private boolean inputGradient = true;
    @JsonProperty("batchNorm")
    private boolean batchNorm = true;

    /** For deserialisation only. */
    @SuppressWarnings("unused")
    private ConvNormActivation() {
    }

    private ConvNormActivation(Builder builder) {
        super(builder);
        this.kernelSize = builder.kernelSize;
        this.stride = builder.stride;
        this.padding = builder.padding;
        this.groups = builder.groups;
        this.decay = builder.decay;
        this.eps = builder.eps;
        this.format = builder.format;
        this.inputGradient = builder.inputGradient;
        this.batchNorm = builder.batchNorm;
        Validate.isTrue(nOut % groups == 0, "groups must divide nOut, got groups = %s, nOut = %s", groups, nOut);
        initializeConstraints(builder);
    }

    /** Height and width of the kernel. */
    public int getKernelSize() {
        return kernelSize;
    }

    /** Vertical and horizontal stride. */
    public int getStride() {
        return stride;
    }

    /** Rows and columns of zeros on each side. */
    public int getPadding() {
        return padding;
    }

    /** Number of groups: 1 for a full convolution, nIn for a depthwise one. */
    public int getGroups() {
        return groups;
    }

    /** Share of the running statistics that an iteration keeps: 1 - PyTorch's {@code momentum}. */
    public double getDecay() {
        return decay;
    }

    /** Added to the variance. */
    public double getEps() {
        return eps;
    }

    /** Layout of the activations. */
    public CNN2DFormat getFormat() {
        return format;
    }

    /** Whether the gradient with respect to the input is computed. */
    public boolean isInputGradient() {
        return inputGradient;
    }

    /** Whether there is batch norm between convolution and activation. */
    public boolean isBatchNorm() {
        return batchNorm;
    }

    @Override
    public ConvNormActivation clone() {
        return (ConvNormActivation) super.clone();
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners, int layerIndex, INDArray paramsView, boolean initializeParams,
            DataType networkDataType) {
        return Layers.instantiated(new ConvNormActivationLayer(conf, networkDataType), conf, listeners, layerIndex,
                paramsView, initializeParams, initializer());
    }

    @Override
    public ParamInitializer initializer() {
        return ConvNormActivationParams.INSTANCE;
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        InputType.InputTypeConvolutional input = convolutional(inputType);
        Validate.validState(nIn <= 0 || input.getChannels() == nIn,
                "layer \"%s\" was made for %s channels, but its input has %s", getLayerName(), nIn,
                input.getChannels());
        return InputType.convolutional(outputSize(input.getHeight()), outputSize(input.getWidth()), nOut, format);
    }

    /** Output height (width) for an input of height (width) {@code size}. */
    private long outputSize(long size) {
        long output = Math.floorDiv(size + 2L * padding - kernelSize, stride) + 1;
        Validate.validState(output >= 1,
                "layer \"%s\": a kernel of %s with padding %s does not fit an input of size %s",
                getLayerName(), kernelSize, padding, size);
        return output;
    }

    private InputType.InputTypeConvolutional convolutional(InputType inputType) {
        if (inputType instanceof InputType.InputTypeConvolutional input) {
            return input;
        }
        throw new IllegalStateException(
                "layer \"" + getLayerName() + "\" takes convolutional activations, got " + inputType);
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        InputType.InputTypeConvolutional input = convolutional(inputType);
        if (nIn <= 0 || override) {
            nIn = input.getChannels();
            format = input.getFormat();
        }
        Validate.validState(nIn % groups == 0, "layer \"%s\": groups = %s must divide the number of input channels, %s",
                getLayerName(), groups, nIn);
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        if (inputType instanceof InputType.InputTypeConvolutionalFlat flat) {
            return new FeedForwardToCnnPreProcessor(flat.getHeight(), flat.getWidth(), flat.getDepth());
        }
        return null;
    }

    @Override
    public List<Regularization> getRegularizationByParam(String param) {
        return ConvNormActivationParams.isRunningStatistic(param) ? null
                : ConvNormActivationParams.WEIGHT.equals(param) ? regularization : regularizationBias;
    }

    @Override
    public IUpdater getUpdaterByParam(String param) {
        return ConvNormActivationParams.isRunningStatistic(param) ? new NoOp() : iUpdater;
    }

    @Override
    public boolean isPretrainParam(String param) {
        return false;
    }

    @Override
    public LayerMemoryReport getMemoryReport(InputType inputType) {
        InputType output = getOutputType(-1, inputType);
        long parameters = initializer().numParams(this);
        long updaterState = ConvNormActivationParams.shapes(this).entrySet().stream()
                .mapToLong(entry -> getUpdaterByParam(entry.getKey()).stateSize(ArrayUtil.prodLong(entry.getValue())))
                .sum();
        long perExample = output.arrayElementsPerExample();
        return new LayerMemoryReport.Builder(layerName, ConvNormActivation.class, inputType, output)
                .standardMemory(parameters, updaterState)
                // The convolution's own output is kept for the backward pass of batch norm.
                .workingMemory(0, perExample, 2 * nOut, 3 * perExample)
                .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConvNormActivation that && super.equals(that)
                && kernelSize == that.kernelSize && stride == that.stride && padding == that.padding
                && groups == that.groups && decay == that.decay && eps == that.eps && format == that.format
                && inputGradient == that.inputGradient && batchNorm == that.batchNorm;
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof ConvNormActivation;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), kernelSize, stride, padding, groups, decay, eps, format,
                inputGradient, batchNorm);
    }

    @Override
    public String toString() {
        return "ConvNormActivation(" + nIn + " -> " + nOut + ", kernelSize=" + kernelSize + ", stride=" + stride
                + ", padding=" + padding + ", groups=" + groups + (batchNorm ? "" : ", no batch norm")
                + ", activation=" + activationFn + ")";
    }

    /** Builds a {@link ConvNormActivation}; the network's configuration has the defaults, as in DL4J. */
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {

        private final int kernelSize;
        private int stride = 1;
        private int padding;
        private int groups = 1;
        private double decay = 0.9;
        private double eps = 1e-5;
        private CNN2DFormat format = CNN2DFormat.NCHW;
        private boolean inputGradient = true;
        private boolean batchNorm = true;

        /**
         * A layer with {@code kernelSize / 2} zeros on each side and ReLU.
         *
         * @param kernelSize height and width of the kernel, at least 1
         */
        public Builder(int kernelSize) {
            this.kernelSize = Checks.atLeast("kernelSize", kernelSize, 1);
            this.padding = kernelSize / 2;
            activation(Activation.RELU);
        }

        /** Vertical and horizontal stride; default 1. */
        public Builder stride(int stride) {
            this.stride = Checks.atLeast("stride", stride, 1);
            return this;
        }

        /** Rows and columns of zeros on each side; default half the kernel size. */
        public Builder padding(int padding) {
            this.padding = Checks.atLeast("padding", padding, 0);
            return this;
        }

        /** Number of groups, which must divide nIn and nOut; default 1. */
        public Builder groups(int groups) {
            this.groups = Checks.atLeast("groups", groups, 1);
            return this;
        }

        /** Share of the running statistics that an iteration keeps, in [0, 1]; default 0.9. */
        public Builder decay(double decay) {
            this.decay = Checks.within("decay", decay, 0, 1);
            return this;
        }

        /** Added to the variance, above 0; default 1e-5. */
        public Builder eps(double eps) {
            this.eps = Checks.positive("eps", eps);
            return this;
        }

        /** Layout of the activations; default NCHW. Set from the input type where the network has one. */
        public Builder dataFormat(CNN2DFormat format) {
            this.format = Objects.requireNonNull(format, "format");
            return this;
        }

        /**
         * Whether the gradient with respect to the input is computed; default true. Only a network's first layer can
         * do without: it passes back null then.
         */
        public Builder inputGradient(boolean inputGradient) {
            this.inputGradient = inputGradient;
            return this;
        }

        /** Whether there is batch norm between convolution and activation; default true. */
        public Builder batchNorm(boolean batchNorm) {
            this.batchNorm = batchNorm;
            return this;
        }

        @Override
        @SuppressWarnings("unchecked")
        public ConvNormActivation build() {
            Validate.isTrue(nOut >= 1, "nOut must be at least 1, got %s", nOut);
            return new ConvNormActivation(this);
        }
    }
}
