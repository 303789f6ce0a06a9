package io.github.shufflenet4j.training;

import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What parts of a batch ask a network for: sums, so that those of several workers add up to the batch's.
 *
 * @param sum     of the parts' gradients, for all parameters in the network's order; for batch norm's statistics, of
 *                what the parts ask these to be lowered by. Undefined for what is frozen
 * @param parts   so many; 0 where all images were broken
 * @param images  of theirs
 * @param lossSum of the images, L2 penalty included
 */
public record BatchGradient(float[] sum, int parts, int images, double lossSum) {

    /**
     * Updates a network, one that computed some of the parts or none of them, as it would be if it had computed all.
     *
     * @throws IllegalArgumentException if there is no image
     */
    public StepResult applyTo(ComputationGraph network) {
        return new TrainingStep(network, 1).apply(this);
    }
}
