package io.github.shufflenet4j.guidelines;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

import io.github.shufflenet4j.model.cost.Cost;
import io.github.shufflenet4j.model.cost.MemoryBounds;

/**
 * One column of one of the paper's tables, run by some engines.
 *
 * @param guideline the table
 * @param scale     the column: the factor on the channels
 * @param engines   what runs it
 */
record Experiment(Guideline guideline, int scale, List<Engine> engines) {

    /** Runs all rows with all engines against each other. */
    Result run(Race race) {
        return new Result(this, race.run(() -> engines.stream().flatMap(engine ->
                guideline.rows().stream().map(row -> engine.prepare(row.stack().apply(scale)))).toList()));
    }

    /** What became of a guideline's claim. */
    enum Verdict {
        /**
         * More than half of the pairs of rows are in the order that the guideline says, and none in the opposite one.
         */
        HOLDS("holds"),
        /** More pairs are in that order than in the opposite one. */
        PARTLY("holds in part"),
        /** No pair differs clearly. */
        NO_EFFECT("shows no effect"),
        /** All else. */
        FAILS("does not hold");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        /** The verdict as the end of a sentence. */
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

    /**
     * What was measured.
     *
     * @param times tasks are all rows of the first engine, then all of the next
     */
    record Result(Experiment experiment, Times times) {

        Guideline guideline() {
            return experiment.guideline();
        }

        int rows() {
            return guideline().rows().size();
        }

        /** The number of a row's task. */
        int task(int engine, int row) {
            return engine * rows() + row;
        }

        /** Seconds for one image. */
        Quartiles seconds(int engine, int row) {
            return times.of(task(engine, row));
        }

        /** Seconds by those of another row of the same engine. */
        Quartiles ratio(int engine, int row, int to) {
            return times.ratio(task(engine, row), task(engine, to));
        }

        /** Place among the rows of the same engine; equal for ties. */
        int rank(int engine, int row) {
            return times.rank(task(engine, row),
                    IntStream.range(0, rows()).map(other -> task(engine, other)).toArray());
        }

        /** Whether two rows are in the order that the guideline says. */
        boolean confirms(int engine, Guideline.Claim claim) {
            return times.faster(task(engine, claim.fast()), task(engine, claim.slow()));
        }

        /** Whether two rows are in the opposite order. */
        boolean contradicts(int engine, Guideline.Claim claim) {
            return times.faster(task(engine, claim.slow()), task(engine, claim.fast()));
        }

        Verdict verdict(int engine) {
            List<Guideline.Claim> claims = guideline().claims();
            return Verdict.of(claims.stream().filter(claim -> confirms(engine, claim)).count(),
                    claims.stream().filter(claim -> contradicts(engine, claim)).count(), claims.size());
        }

        /** What a row costs the engine. */
        Cost cost(int engine, int row) {
            return stack(row).cost(experiment.engines().get(engine).passes());
        }

        /** Multiply-adds that the engine makes where it rounds channels up, if that is known. */
        OptionalLong computedMacs(int engine, int row) {
            return experiment.engines().get(engine).computedMacs(stack(row));
        }

        /**
         * The least memory that 1x1 convolutions with a row's multiply-adds access, if they are as many and all alike;
         * empty if it has others.
         */
        OptionalLong leastMemoryAccess(int row) {
            Stack stack = stack(row);
            List<Stack.Convolution> convolutions = stack.operations().stream()
                    .filter(Stack.Convolution.class::isInstance).map(Stack.Convolution.class::cast).toList();
            if (convolutions.stream().anyMatch(convolution -> convolution.kernel() > 1)) {
                return OptionalLong.empty();
            }
            double each = MemoryBounds.least(stack.pixels(), stack.cost(false).macs() / convolutions.size());
            return OptionalLong.of(Math.round(convolutions.size() * each));
        }

        private Stack stack(int row) {
            return guideline().rows().get(row).stack().apply(experiment.scale());
        }
    }
}
