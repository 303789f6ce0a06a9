package io.github.shufflenet4j.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

import io.github.shufflenet4j.io.DownloadProgress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows a download on the error stream, so that it never mixes with a command's output: a bar on a terminal, else
 * lines.
 */
final class ConsoleDownload implements DownloadProgress, AutoCloseable {

    private static final int UPDATE_MILLIS = 250;
    private static final long MEGABYTE = 1_000_000;

    private final PrintWriter err;
    private final boolean terminal = System.console() != null;
    private ProgressBar bar;

    ConsoleDownload(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void waiting(Path target) {
        say("Waiting for another download of " + target);
    }

    @Override
    public void started(URI address, long present, long total) {
        close();
        say((present > 0 ? "Continuing " : "Downloading ") + address
                + (total < 0 ? "" : " (" + megabytes(total) + ")"));
        if (terminal && total > 0) {
            bar = new ProgressBarBuilder().setTaskName("").setInitialMax(total).startsFrom(present, Duration.ZERO)
                    .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(UPDATE_MILLIS).setUnit(" MB", MEGABYTE)
                    .showSpeed().clearDisplayOnFinish().build();
        }
    }

    @Override
    public void received(long present) {
        if (bar != null) {
            bar.stepTo(present);
        }
    }

    @Override
    public void retrying(URI address, String fault, Duration pause) {
        close();
        say("warning: " + Main.oneLine(fault) + "; trying again"
                + (pause.toSeconds() > 0 ? " in " + pause.toSeconds() + " s" : ""));
    }

    /** As in {@code 9.2 MB}. */
    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", (double) bytes / MEGABYTE);
    }

    private void say(String line) {
        err.println(line);
        err.flush();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
