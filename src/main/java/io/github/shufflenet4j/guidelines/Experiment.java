package io.github.shufflenet4j.guidelines;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

import io.github.shufflenet4j.guidelines.Guideline.Claim;
import io.github.shufflenet4j.guidelines.Timings.Quartiles;
import io.github.shufflenet4j.model.cost.Cost;

/**
 * One column of one of the paper's tables, timed on some engines.
 *
 * @param scale   the column: the factor on the channels
 * @param timings of all rows on the first engine, then all on the next
 */
record Experiment(Guideline guideline, int scale, List<Engine> engines, Timings timings) {

    static Experiment run(Guideline guideline, int scale, List<Engine> engines, Benchmark benchmark) {
        return new Experiment(guideline, scale, engines, benchmark.run(() -> engines.stream().flatMap(engine ->
                guideline.rows().stream().map(row -> engine.prepare(row.stack().apply(scale)))).toList()));
    }

    /** Whether an experiment confirms a guideline, which names pairs of rows of which one is faster. */
    enum Verdict {
        /** More than half of the pairs are in the guideline's order, none in the opposite order. */
        HOLDS("holds"),
        /** More pairs are in the guideline's order than in the opposite order. */
        PARTLY("holds in part"),
        /** All pairs are tied. */
        NO_EFFECT("shows no effect"),
        /** All else. */
        FAILS("does not hold");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        /** A predicate for a sentence on a guideline. */
        String words() {
            return words;
        }

        static Verdict of(long confirmed, long contradicted, int claims) {
            if (confirmed == 0 && contradicted == 0) {
                return NO_EFFECT;
            }
            if (contradicted == 0 && 2 * confirmed > claims) {
                return HOLDS;
            }
            return confirmed > contradicted ? PARTLY : FAILS;
        }
    }

    /** Such as G1 at x2. */
    String name() {
        return guideline.name() + " at " + column();
    }

    String column() {
        return "x" + scale;
    }

    int rows() {
        return guideline.rows().size();
    }

    private int task(int engine, int row) {
        return engine * rows() + row;
    }

    Quartiles seconds(int engine, int row) {
        return timings.of(task(engine, row));
    }

    /** Time relative to another row on the same engine. */
    Quartiles ratio(int engine, int row, int to) {
        return timings.ratio(task(engine, row), task(engine, to));
    }

    /** Rank among the rows on the same engine; equal for ties. */
    int rank(int engine, int row) {
        return timings.rank(task(engine, row), IntStream.range(0, rows()).map(other -> task(engine, other)).toArray());
    }

    private boolean confirms(int engine, Claim claim) {
        return timings.faster(task(engine, claim.fast()), task(engine, claim.slow()));
    }

    boolean contradicts(int engine, Claim claim) {
        return timings.faster(task(engine, claim.slow()), task(engine, claim.fast()));
    }

    Verdict verdict(int engine) {
        List<Claim> claims = guideline.claims();
        return Verdict.of(claims.stream().filter(claim -> confirms(engine, claim)).count(),
                claims.stream().filter(claim -> contradicts(engine, claim)).count(), claims.size());
    }

    Cost cost(int engine, int row) {
        return stack(row).cost(engines.get(engine).separateRelu());
    }

    OptionalLong computedMacs(int engine, int row) {
        return engines.get(engine).computedMacs(stack(row));
    }

    /**
     * The lower bound of a row's memory access: that of as many equal 1x1 convolutions with the same multiply-adds;
     * empty if the row has other convolutions.
     */
    OptionalLong minMemoryAccess(int row) {
        Stack stack = stack(row);
        int convolutions = stack.convolutions().size();
        if (stack.convolutions().stream().anyMatch(convolution -> convolution.kernel() > 1)) {
            return OptionalLong.empty();
        }
        double each = Cost.minimumMemoryAccess(stack.pixels(), stack.cost(false).macs() / convolutions);
        return OptionalLong.of(Math.round(convolutions * each));
    }

    private Stack stack(int row) {
        return guideline.rows().get(row).stack().apply(scale);
    }
}
