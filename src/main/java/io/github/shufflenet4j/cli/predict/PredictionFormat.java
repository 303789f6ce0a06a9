package io.github.shufflenet4j.cli.predict;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.io.Csv;
import io.github.shufflenet4j.weights.ModelMetadata;

/** The forms in which predictions are written, image by image. */
enum PredictionFormat {

    /** For people. */
    TEXT {
        @Override
        void write(Writer out, ImagePredictions image) throws IOException {
            StringBuilder text = new StringBuilder(image.image()).append('\n');
            if (image.answer().isEmpty()) {
                text.append(String.format(Locale.ROOT, "  none: no class reaches %.2f %%\n",
                        100 * image.threshold().orElseThrow()));
            }
            image.ranked().forEach(prediction -> text.append(String.format(Locale.ROOT, "  %6.2f %%  %s\n",
                    100 * prediction.probability(), prediction.label())));
            out.write(text.toString());
        }
    },

    /** An object on each line. */
    JSON {
        @Override
        void write(Writer out, ImagePredictions image) throws IOException {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("image", image.image());
            image.truth().ifPresent(truth -> fields.put("trueClass", truth));
            if (image.threshold().isPresent()) {
                fields.put("answer", image.answer().orElse(null));
            }
            fields.put("predictions", image.ranked().stream().map(prediction -> new Prediction(prediction.index(),
                    prediction.label(), rounded(prediction.probability()))).toList());
            out.write(ModelMetadata.json(fields) + "\n");
        }
    },

    /** A line for each image, below a line of headings. */
    CSV {
        @Override
        void start(Writer out, boolean truth, boolean answer, int classes) throws IOException {
            List<String> headings = new ArrayList<>(List.of("image"));
            if (truth) {
                headings.add("true_class");
            }
            if (answer) {
                headings.add("answer");
            }
            for (int rank = 1; rank <= classes; rank++) {
                headings.addAll(List.of("class_" + rank, "probability_" + rank));
            }
            out.write(Csv.line(headings));
        }

        @Override
        void write(Writer out, ImagePredictions image) throws IOException {
            List<String> cells = new ArrayList<>(List.of(image.image()));
            image.truth().ifPresent(cells::add);
            if (image.threshold().isPresent()) {
                cells.add(image.answer().orElse(""));
            }
            image.ranked().forEach(prediction -> cells.addAll(List.of(prediction.label(),
                    String.format(Locale.ROOT, "%.6f", prediction.probability()))));
            out.write(Csv.line(cells));
        }
    };

    private static final double DIGITS = 1e6;

    /**
     * Writes what comes before the first image.
     *
     * @param truth   whether the classes of the images are known
     * @param answer  whether there is a threshold for answers
     * @param classes number of classes of each image
     */
    void start(Writer out, boolean truth, boolean answer, int classes) throws IOException {
    }

    abstract void write(Writer out, ImagePredictions image) throws IOException;

    private static double rounded(double probability) {
        return Math.round(probability * DIGITS) / DIGITS;
    }
}
