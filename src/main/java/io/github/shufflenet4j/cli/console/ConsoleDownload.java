package io.github.shufflenet4j.cli.console;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

import io.github.shufflenet4j.io.OneLine;
import io.github.shufflenet4j.io.download.DownloadProgress;

/**
 * Shows a download on the error stream, so that it never mixes with a command's output: a bar on a terminal, else
 * lines.
 */
public final class ConsoleDownload implements DownloadProgress, AutoCloseable {

    private static final long MEGABYTE = 1_000_000;

    private final PrintWriter err;
    private final ConsoleBar bar = new ConsoleBar();

    public ConsoleDownload(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void waiting(Path target) {
        err.println("Waiting for another download of " + target);
    }

    @Override
    public void started(URI address, long present, long total) {
        close();
        err.println((present > 0 ? "Continuing " : "Downloading ") + address
                + (total < 0 ? "" : " (" + megabytes(total) + ")"));
        if (total > 0) {
            bar.begin("", present, total, " MB", MEGABYTE);
        }
    }

    @Override
    public void received(long present) {
        bar.moveTo(present);
    }

    @Override
    public void retrying(URI address, String fault, Duration pause) {
        close();
        err.println("warning: " + OneLine.of(fault) + "; trying again"
                + (pause.toSeconds() > 0 ? " in " + pause.toSeconds() + " s" : ""));
    }

    /** As in {@code 9.2 MB}. */
    public static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", (double) bytes / MEGABYTE);
    }

    @Override
    public void close() {
        bar.close();
    }
}
