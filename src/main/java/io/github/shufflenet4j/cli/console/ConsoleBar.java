package io.github.shufflenet4j.cli.console;

import java.time.Duration;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar with rate and time left on the error stream, one at a time; nothing where there is no terminal. */
final class ConsoleBar implements AutoCloseable {

    private static final int UPDATE_MILLIS = 250;

    private final boolean terminal = System.console() != null;
    private ProgressBar bar;

    /**
     * Draws a bar, in place of one that is there.
     *
     * @param task     what stands before it
     * @param done     how much of {@code total} is done already
     * @param unit     what the numbers are shown in, with a space before it
     * @param unitSize how many make one of these
     */
    void begin(String task, long done, long total, String unit, long unitSize) {
        close();
        if (terminal) {
            bar = new ProgressBarBuilder().setTaskName(task).setInitialMax(total).startsFrom(done, Duration.ZERO)
                    .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(UPDATE_MILLIS).setUnit(unit, unitSize)
                    .showSpeed().clearDisplayOnFinish().build();
        }
    }

    /** So much is done by now. */
    void moveTo(long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    /** One more is done, and the bar says this behind it. */
    void step(String message) {
        if (bar != null) {
            bar.setExtraMessage(message);
            bar.step();
        }
    }

    /** Takes the bar away, if there is one. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
