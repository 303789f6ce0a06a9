package io.github.shufflenet4j.distributed;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;

import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

import io.github.shufflenet4j.data.BrokenImage;

/**
 * A worker's share of an update by shared gradients. A pure function, as {@link TrainingShare} is: an executor that has
 * the worker's replica goes on with it, and another one makes it anew from the start of the round.
 */
final class GradientShare implements Function<Integer, GradientShare.Result> {

    private static final long serialVersionUID = 1L;

    /**
     * What came of it.
     *
     * @param message what the worker sends
     * @param held    what the worker holds back after the last update of the round, else null
     * @param broken  images that it skipped in the round; all of them after the last update
     * @param place   where the worker's replica is now
     */
    record Result(GradientMessage message, float[] held, List<BrokenImage> broken, ExecutorPlace place)
            implements Serializable {
    }

    private final Broadcast<Job> job;
    private final GradientRound round;
    private final int update;
    private final Exchanges exchanges;

    /**
     * @param update    whose gradient is asked for, of the round
     * @param exchanges of the updates before it in the round, and of that before the round if there was one
     */
    GradientShare(Broadcast<Job> job, GradientRound round, int update, Exchanges exchanges) {
        this.job = job;
        this.round = round;
        this.update = update;
        this.exchanges = exchanges;
    }

    @Override
    public Result call(Integer worker) throws IOException {
        ReplicaPool pool = ReplicaPool.of(job.value());
        Replica replica = pool.take(worker);
        boolean done = false;
        try {
            GradientMessage message = replica.compute(round, update, exchanges);
            Result result = new Result(message, round.isLast(update) ? replica.held() : null, replica.broken(),
                    ExecutorPlace.here());
            pool.giveBack(replica, round.number() - 1);
            done = true;
            return result;
        } finally {
            if (!done) {
                replica.close();
            }
        }
    }
}
