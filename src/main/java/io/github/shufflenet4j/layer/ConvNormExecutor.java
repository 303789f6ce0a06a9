package io.github.shufflenet4j.layer;

import java.util.Map;

import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.kernel.conv.PlaneLinks;

/**
 * Computes a {@link ConvNormActivation} or a {@link NormActivation}. An executor belongs to one layer instance and may
 * keep, from a training forward pass until {@link #clear}, what the backward pass needs.
 *
 * <p>Parameters and gradients come as maps with the keys of {@link ConvNormActivationParams}.
 */
interface ConvNormExecutor {

    /** The fastest executor for a layer on the present backend. */
    static ConvNormExecutor of(ConvNormActivation conf, DataType dataType) {
        return KernelConvNormExecutor.supports(conf, dataType)
                ? new KernelConvNormExecutor(conf) : new Nd4jConvNormExecutor(conf);
    }

    /** The same for batch norm and activation by themselves. */
    static ConvNormExecutor of(NormActivation conf, DataType dataType) {
        return KernelNormExecutor.supports(conf, dataType) ? new KernelNormExecutor(conf)
                : new Nd4jNormExecutor(conf.getActivationFn(), conf.getEps(), conf.getDecay(), conf.getFormat());
    }

    /**
     * The layer's output, allocated as {@code ACTIVATIONS}.
     *
     * @param training whether to normalise by the batch's statistics (and keep what a backward pass needs) or by the
     *                 running ones
     */
    INDArray forward(INDArray input, Map<String, INDArray> params, boolean training, LayerWorkspaceMgr workspaces);

    /**
     * The gradient with respect to the input, allocated as {@code ACTIVATION_GRAD}, or null if there is to be none;
     * writes the gradients of the layer's parameters. If the last forward pass was one in training mode, those of the
     * running statistics are what the no-op updater must subtract from them.
     */
    INDArray backward(INDArray input, INDArray epsilon, Map<String, INDArray> params, Map<String, INDArray> gradients,
                      boolean inputGradient, LayerWorkspaceMgr workspaces);

    /** Forgets the last forward pass. */
    void clear();

    /** Whether this can read its input, and leave its output, by planes. */
    default boolean canLink() {
        return false;
    }

    /** Takes links, if it can have them. */
    default void link(PlaneLinks to) {
        throw new UnsupportedOperationException("this executor has arrays only");
    }
}
