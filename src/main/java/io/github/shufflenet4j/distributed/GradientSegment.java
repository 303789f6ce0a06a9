package io.github.shufflenet4j.distributed;

import java.util.List;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.training.TrainedParameter;

/**
 * The place of a parameter array's gradient among those of all.
 *
 * @param from  its first number
 * @param to    their end
 * @param whole whether it is always sent whole: small arrays, vectors, and batch norm's statistics, which are small as
 *              well and mean nothing if they come late
 */
record GradientSegment(int from, int to, boolean whole) {

    /** Numbers of an array that is not worth choosing from. */
    static final int SMALL = 512;

    /** Those of all that is not frozen in a network, in its order. */
    static List<GradientSegment> of(ComputationGraph network) {
        return TrainedParameter.of(network).stream().map(GradientSegment::of).toList();
    }

    private static GradientSegment of(TrainedParameter parameter) {
        return new GradientSegment(parameter.from(), parameter.to(),
                parameter.statistic() || parameter.vector() || parameter.to() - parameter.from() <= SMALL);
    }
}
