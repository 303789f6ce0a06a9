package io.github.shufflenet4j.training.step;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossUtil;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;

/**
 * Multi-class cross-entropy with label smoothing (Szegedy et al. 2016, section 7), as in PyTorch's
 * {@code CrossEntropyLoss(label_smoothing=e)}: a label y becomes (1 - e) y + e / K over K classes. Labels
 * are class probabilities: one-hot, or soft as those of mixed samples; all may be multiplied by a weight of the sample.
 *
 * <p>DL4J's {@code LossMCXENT} has no smoothing. Smoothing in the loss and not in the labels leaves the labels what
 * evaluation needs.
 */
public final class LossSmoothedMCXENT extends LossMCXENT {

    private static final long serialVersionUID = 1L;

    private final double smoothing;

    /**
     * @param smoothing share of the label that is spread over all classes, in [0, 1)
     * @throws IllegalArgumentException for a value outside that range
     */
    public LossSmoothedMCXENT(@JsonProperty("smoothing") double smoothing) {
        this.smoothing = Checks.lessThanOne("smoothing", smoothing);
    }

    /** Share of the label that is spread over all classes. */
    public double getSmoothing() {
        return smoothing;
    }

    private INDArray smooth(INDArray labels) {
        return labels.mul(1 - smoothing).addiColumnVector(labels.sum(true, 1).muli(smoothing / labels.size(1)));
    }

    @Override
    public double computeScore(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask,
                               boolean average) {
        return super.computeScore(smooth(labels), preOutput, activation, mask, average);
    }

    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        return super.computeScoreArray(smooth(labels), preOutput, activation, mask);
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        // DL4J's gradient, softmax less labels, is for labels that sum to 1.
        INDArray gradient = activation.getActivation(preOutput.dup(), true).muliColumnVector(labels.sum(true, 1))
                .subi(smooth(labels));
        if (mask != null) {
            LossUtil.applyMask(gradient, mask);
        }
        return gradient;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LossSmoothedMCXENT that && smoothing == that.smoothing && super.equals(other);
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof LossSmoothedMCXENT;
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + Double.hashCode(smoothing);
    }

    @Override
    public String toString() {
        return "LossSmoothedMCXENT(smoothing=" + smoothing + ")";
    }
}
