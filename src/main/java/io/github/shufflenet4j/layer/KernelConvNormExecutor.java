package io.github.shufflenet4j.layer;

import static io.github.shufflenet4j.layer.ConvNormActivationParams.BETA;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.GAMMA;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.MEAN;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.VARIANCE;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.WEIGHT;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.backend.ArrayMemory;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.conv.ConvNormKernel;
import io.github.shufflenet4j.kernel.conv.ConvShape;
import io.github.shufflenet4j.kernel.conv.HeapPlanes;
import io.github.shufflenet4j.kernel.conv.MappedPlanes;
import io.github.shufflenet4j.kernel.conv.PlaneLinks;
import io.github.shufflenet4j.kernel.conv.PlaneOutput;
import io.github.shufflenet4j.kernel.conv.PlaneSource;
import io.github.shufflenet4j.kernel.conv.PlaneTarget;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/**
 * The executor made of this library's own kernels: FLOAT and NCHW on the CPU backend, and the convolutions that
 * {@link ConvNormKernel} supports. ReLU is part of them; any other activation function is ND4J's, in a pass of its own.
 */
final class KernelConvNormExecutor implements ConvNormExecutor {

    private final ConvNormActivation conf;

    /** Made for one input size, and made anew when that changes. */
    private ConvNormKernel kernel;
    private ConvShape shape;

    /** Weights of the last forward pass, and gradient to them; the next pass uses the memory again. */
    private float[] weight = new float[0];
    private float[] dWeight = new float[0];
    private boolean lastWasTraining;
    private PlaneLinks links = PlaneLinks.NONE;
    /** What the activation function of ND4J's was given by the last forward pass for training. */
    private INDArray normalised;
    private final float[] batchMean;
    private final float[] batchVariance;
    /** In place of batch norm's parameters in a layer without: of scale and variance, and of shift and mean. */
    private final float[] ones;
    private final float[] zeros;
    private final float eps;

    KernelConvNormExecutor(ConvNormActivation conf) {
        this.conf = conf;
        this.batchMean = new float[Math.toIntExact(conf.getNOut())];
        this.batchVariance = new float[batchMean.length];
        this.ones = new float[conf.isBatchNorm() ? 0 : batchMean.length];
        Arrays.fill(ones, 1);
        this.zeros = new float[ones.length];
        // Added to a variance of 1, this vanishes in single precision.
        this.eps = conf.isBatchNorm() ? (float) conf.getEps() : Float.MIN_NORMAL;
    }

    /** Whether there are kernels for this layer. */
    static boolean supports(ConvNormActivation conf, DataType dataType) {
        return conf.getFormat() == CNN2DFormat.NCHW && CpuArrays.areAccessible(dataType)
                // The size of the planes makes no difference; this is one that every kernel size fits.
                && ConvNormKernel.supports(shape(conf, conf.getKernelSize(), conf.getKernelSize()));
    }

    /** Whether the layer's output is the kernel's, which others can read by planes. */
    @Override
    public boolean canLink() {
        return hasOwnActivation();
    }

    @Override
    public void link(PlaneLinks to) {
        links = to;
    }

    private boolean hasOwnActivation() {
        return conf.getActivationFn() instanceof ActivationIdentity || isRelu();
    }

    private boolean isRelu() {
        return isRelu(conf.getActivationFn());
    }

    /** Whether this is max(x, 0). */
    static boolean isRelu(IActivation activation) {
        return activation instanceof ActivationReLU relu && isPlain(relu);
    }

    private static boolean isPlain(ActivationReLU relu) {
        return (relu.getMax() == null || relu.getMax() == 0) && isZero(relu.getThreshold())
                && isZero(relu.getNegativeSlope());
    }

    private static boolean isZero(Double value) {
        return value == null || value == 0;
    }

    private static ConvShape shape(ConvNormActivation conf, long height, long width) {
        return new ConvShape(Math.toIntExact(conf.getNIn()), Math.toIntExact(conf.getNOut()), conf.getKernelSize(),
                conf.getStride(), conf.getPadding(), conf.getGroups(), Math.toIntExact(height),
                Math.toIntExact(width));
    }

    private ConvNormKernel kernelFor(INDArray input) {
        ConvShape needed = shape(conf, input.size(2), input.size(3));
        if (!needed.equals(shape)) {
            Activation activation = isRelu() ? Activation.RELU : Activation.IDENTITY;
            kernel = ConvNormKernel.of(needed, activation, eps, Workers.shared());
            shape = needed;
        }
        return kernel;
    }

    @Override
    public INDArray forward(INDArray input, Map<String, INDArray> params, boolean training,
                            LayerWorkspaceMgr workspaces) {
        ConvNormKernel current = kernelFor(input);
        int batch = Math.toIntExact(input.size(0));
        INDArray output = workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT,
                new long[] {batch, shape.outChannels(), shape.outHeight(), shape.outWidth()}, 'c');
        weight = CpuArrays.toHeap(params.get(WEIGHT), ofLength(shape.weights(), weight));
        float[] gamma = vector(params, GAMMA);
        float[] beta = vector(params, BETA);
        Optional<PlaneOutput> link = links.output();
        try (ArrayMemory memory = new ArrayMemory()) {
            PlaneSource x = input(current, batch, input, memory);
            PlaneTarget out = link.isPresent() ? null : current.output(batch, memory.buffer(output));
            if (training && conf.isBatchNorm()) {
                current.forwardTraining(batch, x, weight, gamma, beta, out, batchMean, batchVariance);
            } else if (training) {
                current.forwardFixedStatistics(batch, x, weight, gamma, beta, zeros, ones, out);
            } else if (link.isPresent()) { // a frozen layer in a training step
                current.forwardFixedStatistics(batch, x, weight, gamma, beta, vector(params, MEAN),
                        vector(params, VARIANCE), null);
            } else {
                current.forwardInference(batch, x, weight, gamma, beta, vector(params, MEAN),
                        vector(params, VARIANCE), out);
            }
        }
        link.ifPresent(to -> to.set(current.output(), shape.outChannels()));
        lastWasTraining = training;
        return hasOwnActivation() ? output : activated(output, training, workspaces);
    }

    private PlaneSource input(ConvNormKernel current, int batch, INDArray input, ArrayMemory memory) {
        return links.source(0, () -> current.input(batch, memory.read(input)));
    }

    private float[] vector(Map<String, INDArray> params, String key) {
        INDArray vector = params.get(key);
        return vector != null ? CpuArrays.toHeap(vector) : key.equals(GAMMA) || key.equals(VARIANCE) ? ones : zeros;
    }

    private static float[] ofLength(int length, float[] array) {
        return array.length == length ? array : new float[length];
    }

    private INDArray activated(INDArray output, boolean training, LayerWorkspaceMgr workspaces) {
        normalised = training ? workspaces.dup(ArrayType.ACTIVATIONS, output, 'c') : null;
        return conf.getActivationFn().getActivation(output, training);
    }

    @Override
    public INDArray backward(INDArray input, INDArray epsilon, Map<String, INDArray> params,
                             Map<String, INDArray> gradients, boolean inputGradient, LayerWorkspaceMgr workspaces) {
        ConvNormKernel current = kernelFor(input);
        int batch = Math.toIntExact(input.size(0));
        Optional<PlaneOutput> inputLink = links.input(0);
        Optional<MappedPlanes> gradient = links.gradient();
        INDArray dInput = inputGradient ? Layers.inputGradient(links, input, workspaces) : null;
        Optional<HeapPlanes> dLinked = inputLink.filter(link -> inputGradient)
                .map(link -> link.newGradient(shape.inChannels(), batch * shape.inHeight() * shape.inWidth()));
        dWeight = ofLength(shape.weights(), dWeight);
        float[] dGamma = new float[shape.outChannels()];
        float[] dBeta = new float[shape.outChannels()];
        try (ArrayMemory memory = new ArrayMemory()) {
            PlaneSource x = input(current, batch, input, memory);
            if (!lastWasTraining && gradient.isEmpty()) {
                keepForFixedStatistics(current, batch, x, params);
            }
            PlaneSource dOut = gradient.isPresent() ? gradient.get()
                    : current.output(batch, memory.read(throughActivation(epsilon.castTo(DataType.FLOAT))));
            PlaneTarget dX = dLinked.isPresent() ? dLinked.get()
                    : dInput == null ? null : current.input(batch, memory.buffer(dInput));
            current.backward(x, dOut, weight, dX, dWeight, dGamma, dBeta);
        }
        gradient.ifPresent(MappedPlanes::releaseAll);
        dLinked.ifPresent(planes -> inputLink.get().add(planes, shape.inChannels()));
        CpuArrays.fromHeap(dWeight, gradients.get(WEIGHT));
        if (conf.isBatchNorm()) {
            CpuArrays.fromHeap(dGamma, gradients.get(GAMMA));
            CpuArrays.fromHeap(dBeta, gradients.get(BETA));
            double share = lastWasTraining ? 1 - conf.getDecay() : 0;
            long count = (long) batch * shape.outHeight() * shape.outWidth();
            RunningStatistics.towardsBatch(gradients, params, batchMean, batchVariance, count, share);
        }
        return dInput;
    }

    private INDArray throughActivation(INDArray epsilon) {
        return hasOwnActivation() ? epsilon : conf.getActivationFn().backprop(normalised, epsilon).getFirst();
    }

    /** A frozen layer that gradients pass through ran in test mode, which keeps nothing: run it again, and keep. */
    private void keepForFixedStatistics(ConvNormKernel current, int batch, PlaneSource x,
                                        Map<String, INDArray> params) {
        normalised = Nd4j.createUninitialized(DataType.FLOAT,
                new long[] {batch, shape.outChannels(), shape.outHeight(), shape.outWidth()}, 'c');
        try (ArrayMemory memory = new ArrayMemory()) {
            current.forwardFixedStatistics(batch, x, weight, vector(params, GAMMA), vector(params, BETA),
                    vector(params, MEAN), vector(params, VARIANCE), current.output(batch, memory.buffer(normalised)));
        }
    }

    @Override
    public void clear() {
        normalised = null;
        // What the kernel keeps is a buffer that the next training step writes again.
    }
}
