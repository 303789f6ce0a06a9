package io.github.shufflenet4j.cli.predict;

import java.io.IOException;
import java.io.Writer;

/** Writes the predictions of images one after the other, as lines or as one JSON array. */
final class PredictionWriter {

    private final Writer out;
    private final PredictionFormat format;
    private final boolean array;
    private boolean started;

    private PredictionWriter(Writer out, PredictionFormat format, boolean array) {
        this.out = out;
        this.format = format;
        this.array = array;
    }

    /** Lines of a format. */
    static PredictionWriter lines(Writer out, PredictionFormat format) {
        return new PredictionWriter(out, format, false);
    }

    /** A JSON array with an object on each line. */
    static PredictionWriter jsonArray(Writer out) {
        return new PredictionWriter(out, PredictionFormat.JSON, true);
    }

    void write(ImagePredictions image) throws IOException {
        if (array) {
            out.write((started ? ",\n" : "[\n") + format.text(image).stripTrailing());
        } else {
            out.write((started ? "" : format.heading(image)) + format.text(image));
        }
        started = true;
    }

    /** Writes what comes after the last image, and flushes. */
    void end() throws IOException {
        if (array) {
            out.write(started ? "\n]\n" : "[]\n");
        }
        out.flush();
    }
}
