package io.github.shufflenet4j.training.report;

import static io.github.shufflenet4j.training.report.EvaluationReport.percent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageEncoder;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.explain.Overlay;
import io.github.shufflenet4j.inference.ClassActivationMap;
import io.github.shufflenet4j.inference.Explanation;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.report.Picture;
import io.github.shufflenet4j.report.PictureGroup;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail.Mistake;

/**
 * Mistakes in pictures: the photo and, if the network can be asked, class activation maps for the predicted class and
 * for the true one.
 *
 * @param mistakes  their number
 * @param pictures  of each whose file can be read
 * @param explained whether there are maps among them
 */
public record MistakeGallery(int mistakes, List<PictureGroup> pictures, boolean explained) {

    /** Longer side of a picture, in pixels. */
    private static final int SIDE = 192;

    /** Copies the list. */
    public MistakeGallery {
        pictures = List.copyOf(pictures);
    }

    /**
     * Draws mistakes, without those whose file cannot be read any more.
     *
     * @param images     labelled by the network's classes
     * @param classifier the network; empty for photos without maps
     */
    public static MistakeGallery of(List<Mistake> mistakes, ImageSource images, Optional<ImageClassifier> classifier) {
        List<PictureGroup> pictures = new ArrayList<>();
        boolean explained = false;
        for (Mistake mistake : mistakes) {
            String name = images.name(mistake.sample());
            try {
                RgbImage photo = new EncodedImage(images.read(mistake.sample()), name, classifier.isPresent()
                        && classifier.get().metadata().preprocessing().ignoreExif()).decode();
                List<Picture> group = new ArrayList<>(
                        List.of(picture(ImageEncoder.thumbnail(photo, SIDE), "photo", List.of())));
                group.addAll(maps(mistake, photo, classifier));
                explained |= group.size() > 1;
                pictures.add(new PictureGroup(group, caption(mistake, name, images.classes())));
            } catch (IOException e) {
                // The file has changed since the evaluation.
            }
        }
        return new MistakeGallery(mistakes.size(), pictures, explained);
    }

    private static List<Picture> maps(Mistake mistake, RgbImage photo, Optional<ImageClassifier> classifier) {
        try {
            return classifier.map(network -> {
                Explanation explanation = network.explain(photo, mistake.predicted(), mistake.truth());
                return explanation.maps().stream().map(map -> map(explanation, map)).toList();
            }).orElse(List.of());
        } catch (IllegalArgumentException e) { // a network without such maps
            return List.of();
        }
    }

    private static Picture map(Explanation explanation, ClassActivationMap map) {
        String label = map.prediction().label();
        return picture(ImageEncoder.jpeg(new Overlay(SIDE).draw(explanation, map)), "evidence for " + label,
                List.of("for " + label));
    }

    private static Picture picture(byte[] jpeg, String alternative, List<String> caption) {
        return new Picture("image/jpeg", jpeg, alternative, caption);
    }

    private static List<String> caption(Mistake mistake, String name, List<String> classes) {
        String truth = classes.get(mistake.truth());
        String predicted = classes.get(mistake.predicted());
        return List.of(truth + ", predicted as " + predicted,
                percent(mistake.probability()) + " " + predicted + ", " + percent(mistake.truthProbability()) + " "
                        + truth,
                String.valueOf(Path.of(name).getFileName()));
    }

    /** Fills a section of a report. */
    public void fill(Section section) {
        if (pictures.isEmpty()) {
            section.paragraph(mistakes == 0 ? ScoreSections.ALL_CORRECT : "Their files cannot be read any more.");
            return;
        }
        section.paragraph("The mispredicted images with the lowest probability of their true class.");
        if (explained) {
            section.paragraph("The maps show where the network sees evidence: red speaks for a class, blue against it."
                    + " Both maps of an image have the same scale.");
        }
        section.groups(pictures);
    }
}
