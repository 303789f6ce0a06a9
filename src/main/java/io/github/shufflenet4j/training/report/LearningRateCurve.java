package io.github.shufflenet4j.training.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

import io.github.shufflenet4j.report.Axis;
import io.github.shufflenet4j.report.Point;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.Table;
import io.github.shufflenet4j.report.XyChart;

/**
 * The loss over the learning rate in a range test, and what it suggests, as in fastai's {@code lr_find}. The loss is
 * smoothed by an exponential moving average, corrected for its start at 0. The first tenth of the steps, whose rates
 * are too low to matter, gives the level and the noise of the loss, and the last five do not count.
 */
public final class LearningRateCurve {

    private static final double SMOOTHING = 0.9;
    /** Limits of the smoothed loss, in proportion to the lowest and to that before the rates matter. */
    private static final double EXPLODED = 4;
    private static final double EXPLODED_AT_ONCE = 1.5;
    private static final int FIRST_TENTH = 10;
    private static final int SKIPPED_LAST = 5;
    /** Of the rate with the lowest loss to the suggestion. */
    private static final double RATIO = 10;
    /** In a unit of the loss, of which the top of the chart is a whole number. */
    private static final double TENTHS = 10;

    private final List<Step> steps = new ArrayList<>();
    private final int first;
    private double average;
    private boolean exploded;

    /**
     * A step.
     *
     * @param loss     before the step, on its images
     * @param smoothed moving average of the losses up to this
     */
    public record Step(double learningRate, double loss, double smoothed) {
    }

    /** @param length steps that the test takes if the loss does not explode */
    public LearningRateCurve(int length) {
        this.first = length / FIRST_TENTH;
    }

    /** Adds a step, whose learning rate has always the same ratio to the one before. */
    public void add(double learningRate, double loss) {
        if (!Double.isFinite(loss)) {
            exploded = true;
            return;
        }
        average = SMOOTHING * average + (1 - SMOOTHING) * loss;
        double smoothed = average / (1 - Math.pow(SMOOTHING, steps.size() + 1));
        steps.add(new Step(learningRate, loss, smoothed));
        exploded = lowestOfAll().map(best -> smoothed > EXPLODED * best.smoothed()
                || smoothed > EXPLODED_AT_ONCE * steps.get(first).smoothed()).orElse(false);
    }

    private Optional<Step> lowestOfAll() {
        return steps.stream().skip(first).min(Comparator.comparingDouble(Step::smoothed));
    }

    /**
     * Whether the loss is no finite number or, when smoothed, more than four times the lowest, or half as much again as
     * after the first tenth of the steps: higher rates make it worse.
     */
    public boolean isExploded() {
        return exploded;
    }

    /** The steps, at most one of which has exploded. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** A tenth of the learning rate at which the smoothed loss is {@link #lowest}. */
    public OptionalDouble suggestion() {
        return lowest().map(step -> OptionalDouble.of(step.learningRate() / RATIO)).orElse(OptionalDouble.empty());
    }

    /** Draws the loss over the learning rate. */
    public void draw(Section section) {
        // Losses of single steps may be far above the smoothed ones.
        double top = Math.ceil(TENTHS * steps.stream().mapToDouble(Step::smoothed).max().orElse(1)) / TENTHS;
        XyChart chart = new XyChart("Loss over the learning rate", summary(),
                Axis.logarithmic("learning rate").to(steps.get(steps.size() - 1).learningRate()),
                Axis.linear("loss").to(top))
                .line("loss of the step", points(Step::loss))
                .line("smoothed", points(Step::smoothed));
        suggestion().ifPresent(rate -> mark(chart, "suggestion", rate));
        steepest().ifPresent(step -> mark(chart, "steepest descent", step.learningRate()));
        lowest().ifPresent(step -> mark(chart, "lowest", step.learningRate()));
        section.chart(chart);
        section.paragraph("The loss is that of each step's images before the step. It is smoothed by an exponential"
                + " moving average (" + SMOOTHING + "), corrected for its start. The suggestion is a tenth of the"
                + " learning rate at which the smoothed loss is lowest, if that is below its level after the first"
                + " tenth of the steps by more than the standard deviation of their losses; the last "
                + SKIPPED_LAST + " steps do not count. The test ends once the smoothed loss is " + (int) EXPLODED
                + " times its lowest, or " + EXPLODED_AT_ONCE + " times that level.");
    }

    /** Marks the smoothed loss at a learning rate. */
    private void mark(XyChart chart, String name, double rate) {
        Step nearest = Collections.min(steps,
                Comparator.comparingDouble(step -> Math.abs(Math.log(step.learningRate() / rate))));
        chart.scatter(name + String.format(Locale.ROOT, " %.2g", rate), List.of(new Point(rate, nearest.smoothed())));
    }

    private String summary() {
        return String.format(Locale.ROOT, "The smoothed loss over learning rates from %.2g to %.2g%s.",
                steps.get(0).learningRate(), steps.get(steps.size() - 1).learningRate(),
                lowest().map(step -> String.format(Locale.ROOT, " is lowest, %.3g, at %.2g", step.smoothed(),
                        step.learningRate())).orElse(" does not fall"));
    }

    private List<Point> points(ToDoubleFunction<Step> value) {
        return steps.stream().map(step -> new Point(step.learningRate(), value.applyAsDouble(step))).toList();
    }

    /** A line for each step. */
    public String toCsv() {
        Table table = new Table("").number("learning_rate").number("loss").number("smoothed_loss");
        steps.forEach(step -> table.row(Stream.of(step.learningRate(), step.loss(), step.smoothed())
                .map(value -> String.format(Locale.ROOT, "%.6g", value)).toArray()));
        return table.toCsv();
    }

    /** The steps that count. */
    private List<Step> inner() {
        int from = Math.min(first, steps.size());
        return steps.subList(from, Math.max(from, steps.size() - SKIPPED_LAST));
    }

    /**
     * The step with the lowest smoothed loss; empty if the loss falls by no more than its noise, which is the standard
     * deviation of the losses in the first tenth.
     */
    public Optional<Step> lowest() {
        double noise = new StandardDeviation().evaluate(
                steps.stream().limit(first).mapToDouble(Step::loss).toArray());
        return inner().stream().min(Comparator.comparingDouble(Step::smoothed))
                .filter(step -> inner().get(0).smoothed() - step.smoothed() > noise);
    }

    /** The step before {@link #lowest} at which the smoothed loss falls most steeply over the rate's logarithm. */
    public Optional<Step> steepest() {
        List<Step> inner = inner();
        // The logarithms of all rates are equally far apart.
        return lowest().map(lowest -> IntStream.range(0, inner.indexOf(lowest)).boxed()
                .max(Comparator.comparingDouble(i -> inner.get(i).smoothed() - inner.get(i + 1).smoothed()))
                .map(inner::get).orElseThrow());
    }
}
