package io.github.shufflenet4j.modelfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.weights.ModelMetadata;

/**
 * What somebody who is given a model wants to know of it, in Markdown: network, origin, accuracy, preprocessing,
 * classes, licence, versions. All of it is the metadata's; what they do not say is said to be missing, never guessed.
 *
 * @param metadata     of the model
 * @param parameters   trained parameters
 * @param multiplyAdds for one image of the size that the preprocessing makes
 */
public record ModelCard(ModelMetadata metadata, long parameters, long multiplyAdds) {

    private static final String MISSING = "Not recorded with the model.\n";
    /** More names than this are folded away. */
    private static final int SHOWN_CLASSES = 30;

    /** Keys of the provenance with a place of their own on the card. */
    private static final Set<String> ELSEWHERE = Set.of("licence", "top1", "top5", "validationTop1");

    /** What the other keys are called, in this order; unknown ones follow as they are. */
    private static final Map<String, String> LABELS = labels();

    private static Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("source", "Source");
        labels.put("address", "Address");
        labels.put("file", "File");
        labels.put("sha256", "SHA-256 begins with");
        labels.put("data", "Trained on");
        labels.put("recipe", "Recipe");
        labels.put("startingWeights", "Started from");
        labels.put("epoch", "Epoch");
        labels.put("schedule", "Learning rate");
        labels.put("batchSize", "Batch size");
        labels.put("labelSmoothing", "Label smoothing");
        labels.put("weightDecay", "Weight decay");
        labels.put("seed", "Seed");
        return labels;
    }

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
        card.append("1. Resize the shorter side to ").append(preprocessing.resize())
                .append(" pixels (bilinear, antialiased).\n");
        card.append("2. Crop ").append(crop).append("x").append(crop).append(" pixels from the centre.\n");
        card.append("3. Order the channels ").append(preprocessing.channelOrder()).append(", multiply by ")
                .append(number(preprocessing.scale())).append(", subtract ").append(numbers(preprocessing.mean()))
                .append(", divide by ").append(numbers(preprocessing.std())).append(".\n");

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
        Map<String, String> training = new LinkedHashMap<>();
        Map<String, String> provenance = metadata.provenance();
        LABELS.forEach((key, label) -> {
            if (provenance.containsKey(key)) {
                training.put(label, provenance.get(key));
            }
        });
        provenance.forEach((key, value) -> {
            if (!LABELS.containsKey(key) && !ELSEWHERE.contains(key)) {
                training.put(key, value);
            }
        });
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

    /** Text on one line that means nothing but itself: names and values are whatever somebody wrote into the file. */
    private static String text(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").replace("&", "&amp;").replace("<", "&lt;")
                .replaceAll("([\\\\`*_\\[\\]|#~])", "\\\\$1");
    }
}
