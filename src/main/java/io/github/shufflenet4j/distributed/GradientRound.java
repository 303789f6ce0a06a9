package io.github.shufflenet4j.distributed;

import java.io.Serializable;
import java.util.List;

import org.apache.spark.broadcast.Broadcast;

/**
 * A round of updates by shared gradients, as workers are told of it.
 *
 * @param number      of its first update, among all that the driver has tried in the job
 * @param epoch       whose images it gets, from 0
 * @param step        its first update, within the epoch
 * @param end         of its updates, within the epoch
 * @param density     share of a large segment that is sent
 * @param start       the network before it
 * @param fingerprint of {@code start}
 * @param epochsDone  as {@code start} counts them
 * @param held        what each worker holds back before it; empty if that is nothing
 */
record GradientRound(int number, int epoch, int step, int end, double density, Broadcast<NetworkState> start,
                     int fingerprint, int epochsDone, List<Broadcast<float[]>> held) implements Serializable {

    /** Copies the list. */
    GradientRound {
        held = List.copyOf(held);
    }

    boolean isLast(int update) {
        return update == number + end - step - 1;
    }
}
