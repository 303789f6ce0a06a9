package io.github.shufflenet4j.cli.console;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

import io.github.shufflenet4j.training.report.EvaluationReport;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows the task in progress: on a terminal with a bar, elsewhere with a line every so many seconds. */
final class TaskDisplay implements AutoCloseable {

    private static final int REDRAW_MILLIS = 250;

    private final PrintWriter err;
    private final boolean terminal;
    private final double interval;
    private final LongSupplier nanoTime;
    /** Time of the last line, whatever its task. */
    private double lastLine;
    /** Null between tasks. */
    private Task task;
    private double start;
    /** Null between tasks, and without a terminal. */
    private ProgressBar bar;

    /**
     * A task.
     *
     * @param begun    how much of it was done before
     * @param unit     in the plural
     * @param unitSize what counts as one unit
     */
    record Task(String name, long begun, long total, String unit, long unitSize) {

        private String line(long done, double seconds, String note) {
            String line = String.format(Locale.ROOT, "%s: %s of %s %s", name, amount(done), amount(total), unit);
            double speed = (done - begun) / seconds;
            return line + (speed > 0 ? String.format(Locale.ROOT, ", %.1f %s/s, %s left", speed / unitSize, unit,
                    EvaluationReport.duration((total - done) / speed)) : "") + note;
        }

        private String amount(long value) {
            return unitSize == 1 ? Long.toString(value)
                    : String.format(Locale.ROOT, "%.1f", (double) value / unitSize);
        }
    }

    /** @param interval seconds from one line to the next; 0 for no lines */
    TaskDisplay(PrintWriter err, double interval) {
        this(err, System.console() != null, interval, System::nanoTime);
    }

    TaskDisplay(PrintWriter err, boolean terminal, double interval, LongSupplier nanoTime) {
        this.err = err;
        this.terminal = terminal;
        this.interval = interval;
        this.nanoTime = nanoTime;
        this.lastLine = seconds();
    }

    private double seconds() {
        return nanoTime.getAsLong() / 1e9;
    }

    /** Begins a task in place of the one before. */
    void start(Task next) {
        close();
        task = next;
        start = seconds();
        if (terminal) {
            bar = new ProgressBarBuilder().setTaskName(next.name()).setInitialMax(next.total())
                    .startsFrom(next.begun(), Duration.ZERO).setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(REDRAW_MILLIS).setUnit(" " + next.unit(), next.unitSize())
                    .showSpeed().clearDisplayOnFinish().build();
        }
    }

    /** @param note to show beside it */
    void moveTo(long done, String note) {
        if (bar != null) {
            bar.setExtraMessage(note);
            bar.stepTo(done);
        } else if (task != null && interval > 0 && seconds() - lastLine >= interval) {
            lastLine = seconds();
            err.println(task.line(done, lastLine - start, note));
        }
    }

    /** Ends the task, and removes its bar. */
    @Override
    public void close() {
        task = null;
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
