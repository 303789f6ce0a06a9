package io.github.shufflenet4j.audit;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;

import io.github.shufflenet4j.io.yaml.YamlKey;

/**
 * A fault of an image, probable or certain.
 *
 * @param kind      of the fault
 * @param sample    number of the image in {@link AuditResult#images}
 * @param image     name of the image within the data set
 * @param given     the class it is labelled with
 * @param suggested a class for a doubtful label
 * @param score     as {@link Kind} describes it; NaN for none
 * @param original  number of the image that it is a copy of; -1 for none
 * @param partner   name of that image within the data set
 * @param detail    more about the fault, on one line
 * @param excluded  whether the image is left out of training unless the user decides otherwise
 */
public record Finding(Kind kind, int sample, String image, String given, Optional<Suggestion> suggested, double score,
                      int original, Optional<String> partner, String detail, boolean excluded) {

    /** Another class, and its probability. */
    public record Suggestion(String name, double probability) {
    }

    /** What may be wrong with an image, in the order in which findings are listed. */
    public enum Kind {
        /** It cannot be decoded; no score. */
        UNREADABLE,
        /** The label is probably wrong; the score is its probability. */
        LABEL_ERROR,
        /** Another class is more probable than that of the label; the score is the probability of the label. */
        DOUBTFUL_LABEL,
        /** The file is that of another image; the score is 1. */
        EXACT_DUPLICATE,
        /** It shows the same photo as another image; the score is the correlation of their details. */
        NEAR_DUPLICATE,
        /** It is far from the other images of its class; the score is a modified z-score. */
        OUTLIER;

        /** The name in files, such as {@code label-error}. */
        public String label() {
            return YamlKey.word(this);
        }
    }

    public Finding {
        requireNonNull(kind, "kind");
        requireNonNull(image, "image");
        requireNonNull(given, "given");
        requireNonNull(suggested, "suggested");
        requireNonNull(partner, "partner");
        requireNonNull(detail, "detail");
    }

    /** The score with four decimals; empty if there is none. */
    String scoreText() {
        return Double.isNaN(score) ? "" : String.format(Locale.ROOT, "%.4f", score);
    }
}
