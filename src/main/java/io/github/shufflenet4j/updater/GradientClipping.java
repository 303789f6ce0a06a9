package io.github.shufflenet4j.updater;

import java.util.List;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.backend.ArrayMemory;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.kernel.SumOfSquares;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/**
 * Clips a network's gradient to a maximum L2 norm over all parameters that are trained, before weight decay, as
 * PyTorch's {@code clip_grad_norm_}. DL4J clips layer by layer only.
 */
public final class GradientClipping {

    /** PyTorch's. */
    private static final double EPSILON = 1e-6;

    private final double maxNorm;

    /** @param maxNorm of the gradient of the mean loss, above 0 */
    public GradientClipping(double maxNorm) {
        this.maxNorm = Checks.positive("maxNorm", maxNorm);
    }

    /** Clips the gradient of the sum of {@code images} losses. */
    public void clip(ComputationGraph network, int images) {
        List<INDArray> gradients = network.getUpdater().getUpdaterBlocks().stream()
                .filter(block -> isTrained(block.getLayersAndVariablesInBlock().get(0)))
                .map(UpdaterBlock::getGradientView).toList();
        double norm = Math.sqrt(gradients.stream().mapToDouble(GradientClipping::sumOfSquares).sum()) / images;
        double factor = maxNorm / (norm + EPSILON);
        if (factor < 1) {
            gradients.forEach(gradient -> gradient.muli(factor));
        }
    }

    /** Batch norm's statistics are not, though their changes lie among the gradients. */
    private static boolean isTrained(UpdaterBlock.ParamState parameter) {
        return parameter.getLayer().updaterDivideByMinibatch(parameter.getParamName())
                && !FusedGraphUpdater.isFrozen(parameter.getLayer());
    }

    private static double sumOfSquares(INDArray gradient) {
        if (!CpuArrays.areAccessible(gradient.dataType())) {
            return Math.pow(gradient.norm2Number().doubleValue(), 2);
        }
        try (ArrayMemory memory = new ArrayMemory()) {
            return SumOfSquares.of(memory.buffer(gradient), KernelProviders.get().elementwise(), Workers.shared());
        }
    }
}
