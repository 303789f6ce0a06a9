package io.github.shufflenet4j.cli.console;

import java.io.PrintWriter;
import java.nio.file.Path;

import io.github.shufflenet4j.data.preparation.PreparationProgress;

/** Shows on the error stream how a dataset is laid out: a bar on a terminal, else a line. */
public final class ConsolePreparation implements PreparationProgress, AutoCloseable {

    private final PrintWriter err;
    private final ConsoleBar bar = new ConsoleBar();

    public ConsolePreparation(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void checking(Path file) {
        err.println("Checking " + file);
    }

    @Override
    public void placed(int images, int total) {
        if (images == 1) {
            err.println("Laying out " + total + " images");
            bar.begin("", 0, total, " images", 1);
        }
        bar.moveTo(images);
    }

    @Override
    public void close() {
        bar.close();
    }
}
