package io.github.shufflenet4j.distributed;

import java.io.Serializable;
import java.util.List;

import org.apache.spark.broadcast.Broadcast;

/**
 * The sums of all workers' messages, by which updates were made, on offer to those who lack them.
 *
 * @param first   the update of the first of them
 * @param offered one for each update, up to the last that was made
 */
record Exchanges(int first, List<Broadcast<GradientMessage>> offered) implements Serializable {

    /** Copies the list. */
    Exchanges {
        offered = List.copyOf(offered);
    }

    boolean has(int update) {
        return update >= first && update < first + offered.size();
    }

    GradientMessage of(int update) {
        return offered.get(update - first).value();
    }
}
