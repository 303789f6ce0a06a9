package io.github.shufflenet4j.cli.predict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.io.Csv;
import io.github.shufflenet4j.weights.ModelMetadata;

/** The forms of predictions, as lines that each end in a line feed. */
enum PredictionFormat {

    /** For people. */
    TEXT {
        @Override
        String text(ImagePredictions image) {
            StringBuilder text = new StringBuilder(image.image()).append('\n');
            if (image.answer().isEmpty()) {
                text.append(String.format(Locale.ROOT, "  none: no class reaches %.2f %%\n",
                        100 * image.threshold().orElseThrow()));
            }
            image.ranked().forEach(prediction -> text.append(String.format(Locale.ROOT, "  %6.2f %%  %s\n",
                    100 * prediction.probability(), prediction.label())));
            return text.toString();
        }
    },

    /** An object on each line. */
    JSON {
        @Override
        String text(ImagePredictions image) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("image", image.image());
            image.truth().ifPresent(truth -> fields.put("trueClass", truth));
            if (image.threshold().isPresent()) {
                fields.put("answer", image.answer().orElse(null));
            }
            fields.put("predictions", image.ranked().stream().map(prediction -> new Prediction(prediction.index(),
                    prediction.label(), Math.round(prediction.probability() * DIGITS) / DIGITS)).toList());
            return ModelMetadata.json(fields) + "\n";
        }
    },

    /** A line for each image, below one of headings. */
    CSV {
        @Override
        String heading(ImagePredictions image) {
            List<String> cells = new ArrayList<>(List.of("image"));
            image.truth().ifPresent(truth -> cells.add("true_class"));
            image.threshold().ifPresent(threshold -> cells.add("answer"));
            for (int rank = 1; rank <= image.ranked().size(); rank++) {
                cells.addAll(List.of("class_" + rank, "probability_" + rank));
            }
            return Csv.line(cells);
        }

        @Override
        String text(ImagePredictions image) {
            List<String> cells = new ArrayList<>(List.of(image.image()));
            image.truth().ifPresent(cells::add);
            image.threshold().ifPresent(threshold -> cells.add(image.answer().orElse("")));
            image.ranked().forEach(prediction -> cells.addAll(List.of(prediction.label(),
                    String.format(Locale.ROOT, "%.6f", prediction.probability()))));
            return Csv.line(cells);
        }
    };

    private static final double DIGITS = 1e6;

    /** What comes before the first image; empty for nothing. */
    String heading(ImagePredictions first) {
        return "";
    }

    /** An image and its predictions. */
    abstract String text(ImagePredictions image);
}
