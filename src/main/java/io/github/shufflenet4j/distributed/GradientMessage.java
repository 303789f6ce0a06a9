package io.github.shufflenet4j.distributed;

import java.io.Serializable;
import java.util.List;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.training.BatchGradient;
import io.github.shufflenet4j.training.StepResult;

/**
 * A {@link BatchGradient}, or what is sent of one, as it travels.
 *
 * @param code    of the sum, by {@link GradientCode}
 * @param parts   of the batch
 * @param images  of the parts
 * @param lossSum of the images
 */
record GradientMessage(byte[] code, int parts, int images, double lossSum) implements Serializable {

    /** The sum of some, in their order. */
    static GradientMessage sum(List<GradientMessage> messages, List<GradientSegment> segments, int parameters) {
        float[] sum = new float[parameters];
        messages.forEach(message -> GradientCode.addTo(sum, message.code(), segments));
        return new GradientMessage(GradientCode.encode(sum, segments),
                messages.stream().mapToInt(GradientMessage::parts).sum(),
                messages.stream().mapToInt(GradientMessage::images).sum(),
                messages.stream().mapToDouble(GradientMessage::lossSum).sum());
    }

    /** Updates a network, whose configuration and frozen parts are those of the senders; none if there is no image. */
    StepResult applyTo(ComputationGraph network) {
        if (images == 0) {
            return StepResult.NONE;
        }
        float[] sum = new float[Math.toIntExact(network.numParams())];
        GradientCode.addTo(sum, code, GradientSegment.of(network));
        return new BatchGradient(sum, parts, images, lossSum).applyTo(network);
    }
}
