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
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;

/**
 * Batch norm and activation as one DL4J layer, in front of a convolution (pre-activation: He et al. 2016, arXiv
 * 1603.05027), as in DenseNet.
 *
 * <p>Shapes: [N, nOut, H, W] to the same, or the same with channels last; the layout is that of the input type.
 * Parameters are {@code gamma}, {@code beta}, {@code mean} and {@code var}, which {@link ConvNormActivation}
 * describes.
 */
public final class NormActivation extends FeedForwardLayer {

    private static final long serialVersionUID = 1L;

    @JsonProperty("decay")
    private double decay;
    @JsonProperty("eps")
    private double eps;
    @JsonProperty("format")
    private CNN2DFormat format;

    /** For deserialisation only. */
    @SuppressWarnings("unused")
    private NormActivation() {
    }

    private NormActivation(Builder builder) {
        super(builder);
        this.decay = builder.decay;
        this.eps = builder.eps;
        this.format = builder.format;
        initializeConstraints(builder);
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

    @Override
    public NormActivation clone() {
        return (NormActivation) super.clone();
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners, int layerIndex, INDArray paramsView, boolean initializeParams,
            DataType networkDataType) {
        return Layers.instantiated(new NormActivationLayer(conf, networkDataType), conf, listeners, layerIndex,
                paramsView, initializeParams, initializer());
    }

    @Override
    public ParamInitializer initializer() {
        return ConvNormActivationParams.INSTANCE;
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        long channels = convolutional(inputType).getChannels();
        Validate.validState(nIn <= 0 || channels == nIn, "layer \"%s\" was made for %s channels, but its input has %s",
                getLayerName(), nIn, channels);
        return inputType;
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
            nOut = nIn;
            format = input.getFormat();
        }
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        return null;
    }

    @Override
    public List<Regularization> getRegularizationByParam(String param) {
        return ConvNormActivationParams.isRunningStatistic(param) ? null : regularizationBias;
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
        long perExample = inputType.arrayElementsPerExample();
        return new LayerMemoryReport.Builder(layerName, NormActivation.class, inputType, inputType)
                .standardMemory(initializer().numParams(this), 2 * iUpdater.stateSize(nOut))
                .workingMemory(0, 0, 2 * nOut, 2 * perExample)
                .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NormActivation that && super.equals(that) && decay == that.decay && eps == that.eps
                && format == that.format;
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof NormActivation;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), decay, eps, format);
    }

    @Override
    public String toString() {
        return "NormActivation(" + nOut + ", activation=" + activationFn + ")";
    }

    /** Builds a {@link NormActivation}, whose number of channels is its input's. */
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {

        private double decay = 0.9;
        private double eps = 1e-5;
        private CNN2DFormat format = CNN2DFormat.NCHW;

        /** A layer with ReLU. */
        public Builder() {
            activation(Activation.RELU);
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

        @Override
        @SuppressWarnings("unchecked")
        public NormActivation build() {
            return new NormActivation(this);
        }
    }
}
