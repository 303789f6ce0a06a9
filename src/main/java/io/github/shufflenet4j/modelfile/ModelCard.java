package io.github.shufflenet4j.modelfile;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.weights.ModelMetadata;

/**
 * A model card in Markdown: network, origin, accuracy, preprocessing, classes, licence, versions, all taken from the
 * metadata; missing values are named as such.
 *
 * @param metadata     of the model
 * @param parameters   trained parameters
 * @param multiplyAdds for one image of the size that the preprocessing makes
 */
public record ModelCard(ModelMetadata metadata, long parameters, long multiplyAdds) {

    private static final String MISSING = "Not recorded with the model.\n";
    /** More names than this are folded. */
    private static final int SHOWN_CLASSES = 30;

    /** Keys of the provenance with a place of their own on the card. */
    private static final Set<String> ELSEWHERE = Set.of("licence", "top1", "top5", "validationTop1");

    /** Labels of the other keys, in this order; unknown keys follow under their own names. */
    private static final List<Entry<String, String>> LABELS = List.of(entry("source", "Source"),
            entry("address", "Address"), entry("file", "File"), entry("sha256", "SHA-256 begins with"),
            entry("data", "Trained on"), entry("recipe", "Recipe"), entry("startingWeights", "Started from"),
            entry("epoch", "Epoch"), entry("schedule", "Learning rate"), entry("batchSize", "Batch size"),
            entry("labelSmoothing", "Label smoothing"), entry("weightDecay", "Weight decay"), entry("seed", "Seed"),
            entry("calibratedOn", "Calibrated on"));

    /** The card, as lines that each end in a line feed. */
    public String markdown() {
        Preprocessing preprocessing = metadata.preprocessing();
        int crop = preprocessing.crop();
        StringBuilder card = new StringBuilder("# ShuffleNetV2 " + width() + "\n\n");
        card.append("An image classifier with ").append(metadata.classNames().size()).append(" classes.\n");

        section(card, "Network");
        row(card, "", "");
        card.append("| --- | --- |\n");
        row(card, "Architecture", "ShuffleNet V2 (arXiv 1807.11164)");
        row(card, "Width", width());
        row(card, "Block layout", metadata.blockLayout().label());
        row(card, "Parameters", grouped(parameters));
        row(card, "Multiply-adds at " + crop + "x" + crop, grouped(multiplyAdds));
        row(card, "Input", "[N, " + metadata.inputChannels() + ", " + crop + ", " + crop + "]");

        section(card, "Data and training");
        Map<String, String> training = training();
        if (training.isEmpty()) {
            card.append(MISSING);
        } else {
            row(card, "", "");
            card.append("| --- | --- |\n");
            training.forEach((label, value) -> row(card, text(label), value(value)));
        }

        section(card, "Accuracy");
        card.append(accuracy());

        section(card, "Preprocessing");
        card.append("""
                1. Take the image %s.
                2. Resize the shorter side to %s pixels (bilinear, antialiased).
                3. Crop %sx%s pixels from the centre.
                4. Order the channels %s, multiply by %s, subtract %s, divide by %s.
                """.formatted(preprocessing.ignoreExif() ? "as it is stored" : "upright, by its EXIF orientation",
                preprocessing.resize(), crop, crop, preprocessing.channelOrder(),
                number(preprocessing.scale()), numbers(preprocessing.mean()), numbers(preprocessing.std())));

        section(card, "Classes");
        String names = metadata.classNames().stream().map(ModelCard::text).collect(Collectors.joining(", "));
        card.append(metadata.classNames().size() <= SHOWN_CLASSES ? names + "\n"
                : "<details>\n<summary>" + metadata.classNames().size() + " names</summary>\n\n" + names
                        + "\n\n</details>\n");

        section(card, "Licence");
        String licence = metadata.provenance().get("licence");
        card.append(licence == null ? MISSING : text(licence) + "\n");

        section(card, "Versions");
        String version = ModelCard.class.getPackage().getImplementationVersion();
        card.append("Card written by shufflenet4j ").append(version == null ? "(built from sources)" : version)
                .append(".\n");
        return card.toString();
    }

    private String width() {
        return metadata.variant().label().replace('_', '.');
    }

    private Map<String, String> training() {
        Map<String, String> left = new TreeMap<>(metadata.provenance());
        left.keySet().removeAll(ELSEWHERE);
        Map<String, String> training = new LinkedHashMap<>();
        for (Entry<String, String> label : LABELS) {
            if (left.containsKey(label.getKey())) {
                training.put(label.getValue(), left.remove(label.getKey()));
            }
        }
        training.putAll(left);
        return training;
    }

    private String accuracy() {
        Map<String, String> provenance = metadata.provenance();
        List<String> lines = new ArrayList<>();
        if (provenance.containsKey("top1")) {
            lines.add("Top-1 " + text(provenance.get("top1")) + " %"
                    + (provenance.containsKey("top5") ? ", top-5 " + text(provenance.get("top5")) + " %" : "")
                    + ", as published.\n");
        }
        if (provenance.containsKey("validationTop1")) {
            lines.add("Top-1 " + text(provenance.get("validationTop1"))
                    + " % on the validation images of its training.\n");
        }
        if (metadata.temperature() != 1) {
            lines.add(String.format(Locale.ROOT, "Probabilities are calibrated: logits are divided by %.4f before"
                    + " softmax.\n", metadata.temperature()));
        }
        return lines.isEmpty() ? MISSING : String.join("\n", lines);
    }

    private static void section(StringBuilder card, String title) {
        card.append("\n## ").append(title).append("\n\n");
    }

    private static void row(StringBuilder card, String label, String value) {
        card.append("| ").append(label).append(" | ").append(value).append(" |\n");
    }

    private static String grouped(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String numbers(List<Double> values) {
        return values.stream().map(ModelCard::number).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String number(double value) {
        return value == 1 / 255.0 ? "1/255" : value == Math.rint(value) && Math.abs(value) < 1e6
                ? Long.toString((long) value) : Double.toString(value);
    }

    private static String value(String value) {
        return value.matches("https?://[^\\s<>|]+") ? "<" + value + ">" : text(value);
    }

    /** Untrusted text on one line, with the special characters of Markdown and HTML escaped. */
    private static String text(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").replace("&", "&amp;").replace("<", "&lt;")
                .replaceAll("([\\\\`*_\\[\\]|#~])", "\\\\$1");
    }
}
