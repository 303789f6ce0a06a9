package io.github.shufflenet4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;

import io.github.shufflenet4j.dataset.PreparationProgress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows on the error stream how a dataset is laid out: a bar on a terminal, else a line. */
final class ConsolePreparation implements PreparationProgress, AutoCloseable {

    private static final int UPDATE_MILLIS = 250;

    private final PrintWriter err;
    private final boolean terminal = System.console() != null;
    private ProgressBar bar;

    ConsolePreparation(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void checking(Path file) {
        say("Checking " + file);
    }

    @Override
    public void placed(int images, int total) {
        if (images == 1) {
            say("Laying out " + total + " images");
            if (terminal) {
                bar = new ProgressBarBuilder().setTaskName("").setInitialMax(total).setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(UPDATE_MILLIS).setUnit(" images", 1).showSpeed()
                        .clearDisplayOnFinish().build();
            }
        }
        if (bar != null) {
            bar.stepTo(images);
        }
    }

    private void say(String line) {
        err.println(line);
        err.flush();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
