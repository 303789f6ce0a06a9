package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.github.shufflenet4j.guidelines.Experiment.Result;
import io.github.shufflenet4j.guidelines.Experiment.Verdict;
import io.github.shufflenet4j.guidelines.Guideline.Claim;

/** What the times of a guideline's experiments say, in words. */
final class Findings {

    /** How rows are timed. */
    static final String TIMING = "All rows of an experiment and all engines are warmed up and then timed in rounds,"
            + " each in another order, and compared within the rounds; they are made anew several times, for where in"
            + " memory they lie makes a difference. The time in a round is that of the fastest of some"
            + " runs; on one thread, it is the thread's processor time, which other processes do not add to.";

    /** How the words come about. */
    static final String RULES = "One row is faster than another if it was in at least three of four rounds, and by at"
            + " least " + Times.LEAST_DIFFERENCE_PERCENT + " % in the median; all else is a tie, and tied rows share a"
            + " rank. A guideline names pairs of rows, one of them faster. It holds where more than half of its pairs"
            + " are in that order and none in the opposite one, holds in part where more are in that order than in the"
            + " opposite one, shows no effect where all are tied, and does not hold otherwise. In brackets: the range"
            + " of half of the rounds; how many times the memory access; and how many times the multiply-adds, if the"
            + " engine rounds channels up to whole vectors and so makes more of them.";

    private final Guideline guideline;
    private final List<Result> results;

    /** @param results of one guideline, with the same engines throughout; at least one */
    Findings(Guideline guideline, List<Result> results) {
        this.guideline = guideline;
        this.results = results;
    }

    /** A paragraph for each engine. */
    List<String> paragraphs() {
        List<String> paragraphs = new ArrayList<>();
        List<Engine> engines = results.get(0).experiment().engines();
        for (int engine = 0; engine < engines.size(); engine++) {
            paragraphs.add(engines.get(engine).name() + ": " + verdicts(engine) + extremes(engine)
                    + contradictions(engine));
        }
        return paragraphs;
    }

    /** Such as: the guideline holds at x1 and x2, and does not hold at x4. */
    private String verdicts(int engine) {
        List<String> parts = new ArrayList<>();
        for (Verdict verdict : Verdict.values()) {
            List<String> scales = results.stream().filter(result -> result.verdict(engine) == verdict)
                    .map(Findings::scale).toList();
            if (!scales.isEmpty()) {
                parts.add(verdict.words() + " at " + joined(scales));
            }
        }
        return "the guideline " + joined(parts) + ".";
    }

    /** Such as: Against '1:1', '1:12' takes 1.46 times at x1 (1.42 to 1.50; memory access 1.83). */
    private String extremes(int engine) {
        Claim claim = guideline.claims().get(0);
        return results.stream().map(result -> {
            Quartiles ratio = result.ratio(engine, claim.slow(), claim.fast());
            return String.format(Locale.ROOT, "%.2f times at %s (%.2f to %.2f; memory access %.2f%s)", ratio.median(),
                    scale(result), ratio.lower(), ratio.upper(), memoryRatio(result, engine, claim),
                    padding(result, engine, claim));
        }).collect(Collectors.joining(", ", " Against '" + name(claim.fast()) + "', '" + name(claim.slow())
                + "' takes ", "."));
    }

    private static double memoryRatio(Result result, int engine, Claim claim) {
        return (double) result.cost(engine, claim.slow()).memoryAccess()
                / result.cost(engine, claim.fast()).memoryAccess();
    }

    /** What an engine computes more because it rounds channels up, if it says so. */
    private static String padding(Result result, int engine, Claim claim) {
        return result.computedMacs(engine, claim.slow()).isEmpty() ? ""
                : String.format(Locale.ROOT, ", multiply-adds %.2f",
                        (double) result.computedMacs(engine, claim.slow()).getAsLong()
                                / result.computedMacs(engine, claim.fast()).getAsLong());
    }

    private String contradictions(int engine) {
        List<String> found = new ArrayList<>();
        for (Result result : results) {
            guideline.claims().stream().filter(claim -> result.contradicts(engine, claim)).forEach(claim ->
                    found.add(String.format(Locale.ROOT, "'%s' takes %.2f times as long as '%s' at %s",
                            name(claim.slow()), result.ratio(engine, claim.slow(), claim.fast()).median(),
                            name(claim.fast()), scale(result))));
        }
        return found.isEmpty() ? "" : " In the opposite order: " + joined(found) + ".";
    }

    private String name(int row) {
        return guideline.rows().get(row).name();
    }

    private static String scale(Result result) {
        return "x" + result.experiment().scale();
    }

    private static String joined(List<String> parts) {
        int last = parts.size() - 1;
        return last == 0 ? parts.get(0)
                : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
    }
}
