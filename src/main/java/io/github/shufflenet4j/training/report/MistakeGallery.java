package io.github.shufflenet4j.training.report;

import static io.github.shufflenet4j.training.report.EvaluationReport.percent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import io.github.shufflenet4j.data.image.ImageEncoder;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.report.Picture;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail.Mistake;

/**
 * The mistakes with the highest loss, in pictures.
 *
 * @param images of the evaluation, labelled by the network's classes
 */
public record MistakeGallery(ImageSource images) {

    private static final int THUMBNAIL = 192;

    /** Fills a section of a report. */
    public void fill(Section section, EvaluationDetail detail) {
        if (detail.worst().isEmpty()) {
            section.paragraph(ScoreSections.ALL_CORRECT);
            return;
        }
        section.paragraph("The mispredicted images with the lowest probability of their true class.");
        section.pictures(detail.worst().stream().flatMap(mistake -> picture(mistake).stream()).toList());
    }

    /** Empty if the file cannot be read any more. */
    private Optional<Picture> picture(Mistake mistake) {
        String name = images.name(mistake.sample());
        String truth = images.classes().get(mistake.truth());
        String predicted = images.classes().get(mistake.predicted());
        try {
            byte[] jpeg = ImageEncoder.thumbnail(images.read(mistake.sample()), name, THUMBNAIL);
            String title = truth + ", predicted as " + predicted;
            return Optional.of(new Picture("image/jpeg", jpeg, title, List.of(title,
                    percent(mistake.probability()) + " " + predicted + ", " + percent(mistake.truthProbability()) + " "
                            + truth,
                    String.valueOf(Path.of(name).getFileName()))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
