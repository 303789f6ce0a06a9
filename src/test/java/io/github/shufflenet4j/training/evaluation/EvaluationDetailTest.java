package io.github.shufflenet4j.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail.Mistake;
import io.github.shufflenet4j.training.report.EvaluationReport;
import io.github.shufflenet4j.training.report.MistakeGallery;
import io.github.shufflenet4j.weights.ModelMetadata;

/** Evaluations worked out by hand, and their report. */
class EvaluationDetailTest {

    private static final String HOSTILE = "<script>alert(1)<";
    /** Rows of probabilities by sample: two of class 0 and three of class 1; the third class has no image. */
    private static final float[][] PROBABILITIES = {
        {.7f, .2f, .1f}, {.1f, .8f, .1f},
        {.2f, .5f, .3f}, {.3f, .3f, .4f}, {.9f, .05f, .05f}};

    @TempDir
    private Path folder;
    private ImageFolder images;
    private final List<DamagedImage> damaged = new ArrayList<>();

    @BeforeEach
    void drawImages() throws IOException {
        draw(HOSTILE, 2);
        draw("b", 3);
        images = ImageFolder.open(folder);
    }

    private void draw(String name, int count) throws IOException {
        Path ofClass = Files.createDirectories(folder.resolve(name));
        for (int i = 0; i < count; i++) {
            ImageIO.write(new BufferedImage(400, 100, BufferedImage.TYPE_INT_RGB), "png",
                    ofClass.resolve("<img " + i + ">.png").toFile());
        }
    }

    private EvaluationDetail evaluate(float[][] probabilities) throws IOException {
        return new Evaluator(Preprocessing.torchvision(32, 32), 1).evaluate(batch ->
                IntStream.of(batch.samples()).mapToObj(sample -> probabilities[sample]).toArray(float[][]::new),
                images.labelledBy(List.of(HOSTILE, "b", "none")), damaged);
    }

    @Test
    void countsScoresAndMistakesAreThoseWorkedOutByHand() throws IOException {
        EvaluationDetail detail = evaluate(PROBABILITIES);
        assertThat(detail.result().top1()).isEqualTo(40);
        assertThat(detail.result().images()).isEqualTo(5);
        double loss = -(Math.log(.7) + Math.log(.1) + Math.log(.5) + Math.log(.3) + Math.log(.05)) / 5;
        assertThat(detail.result().loss()).isCloseTo(loss, within(1e-6));
        assertThat(IntStream.range(0, 9).map(cell -> detail.count(cell / 3, cell % 3)))
                .containsExactly(1, 1, 0, 1, 1, 1, 0, 0, 0);
        assertThat(detail.counts().precision(1)).isEqualTo(1 / 2.0);
        assertThat(detail.counts().recall(1)).isEqualTo(1 / 3.0);
        assertThat(detail.counts().f1(1)).isCloseTo(0.4, within(1e-9));
        assertThat(detail.counts().recall(2)).isZero();
        // Of two classes with images; "none" is predicted once and never right.
        assertThat(detail.result().balancedAccuracy()).isCloseTo(100 * (1 / 2.0 + 1 / 3.0) / 2, within(1e-9));
        assertThat(detail.result().macroF1()).isCloseTo(100 * (0.5 + 0.4 + 0) / 3, within(1e-9));
        assertThat(detail.worst()).extracting(Mistake::sample).containsExactly(4, 1, 3);
        assertThat(detail.worst()).extracting(Mistake::predicted).containsExactly(0, 1, 2);
        assertThat(detail.worst().get(0).truthProbability()).isCloseTo(.05, within(1e-6));
        assertThat(detail.worst().get(0).probability()).isCloseTo(.9, within(1e-6));
    }

    @Test
    void aNetworkThatGivesNoNumbersIsWrongEverywhere() throws IOException {
        float[] none = {Float.NaN, Float.NaN, Float.NaN};
        EvaluationDetail detail = evaluate(new float[][] {none, none, none, none, none});
        assertThat(detail.result().top1()).isZero();
        assertThat(detail.counts().accuracy()).isZero();
    }

    @Test
    void theReportShowsTheMistakesAndNamesAreText() throws IOException {
        List<String> classes = List.of(HOSTILE, "b", "none");
        ModelMetadata metadata = new ModelMetadata(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, 3, classes,
                Preprocessing.torchvision(32, 32), Map.of("recipe", "<b>"));
        EvaluationDetail detail = evaluate(PROBABILITIES);
        String page = new EvaluationReport("model.zip", metadata, folder, new Fingerprint(5, "abcdef"),
                images.labelledBy(classes), detail,
                MistakeGallery.of(detail.worst(), images.labelledBy(classes), Optional.empty()),
                List.of(new DamagedImage("<img src=x>", "empty")), 2).page().html();
        assertThat(page).doesNotContain("<script>alert").doesNotContain("<img src=x").doesNotContain("<b>");
        assertThat(page).contains("5 images: top-1 40.00 %, top-5 100.00 %, loss",
                "<td class=\"number\">50.0 %</td><td class=\"number\">33.3 %</td><td class=\"number\">40.0 %</td>",
                "90.0 % &lt;script&gt;alert(1)&lt;, 5.0 % b", "&lt;img 2&gt;.png", "abcdef", "&lt;img src=x&gt;",
                KernelProviders.get().description());
        Matcher picture = Pattern.compile("src=\"data:image/jpeg;base64,([^\"]+)\"").matcher(page);
        assertThat(picture.results().count()).isEqualTo(3);
        assertThat(picture.reset().find()).isTrue();
        BufferedImage thumbnail = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(picture.group(1))));
        assertThat(thumbnail.getWidth()).isEqualTo(192);
        assertThat(thumbnail.getHeight()).isEqualTo(48);
    }

    @Test
    void manyClassesAreListedByWhatIsConfusedMost() throws IOException {
        List<String> classes = IntStream.range(0, 60).mapToObj(i -> i == 0 ? HOSTILE : i == 1 ? "b" : "c" + i).toList();
        float[][] probabilities = new float[5][60];
        for (int sample = 0; sample < 5; sample++) {
            probabilities[sample][sample < 2 ? 0 : 7] = 1;
        }
        EvaluationDetail detail = new Evaluator(Preprocessing.torchvision(32, 32), 1).evaluate(batch ->
                IntStream.of(batch.samples()).mapToObj(sample -> probabilities[sample]).toArray(float[][]::new),
                images.labelledBy(classes), damaged);
        ModelMetadata metadata = new ModelMetadata(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, 3, classes,
                Preprocessing.torchvision(32, 32), Map.of());
        String page = new EvaluationReport("model.zip", metadata, folder, images.fingerprint(),
                images.labelledBy(classes), detail,
                MistakeGallery.of(detail.worst(), images.labelledBy(classes), Optional.empty()), damaged, 2).page()
                .html();
        assertThat(page).contains("<th scope=\"row\">b</th><td>c7</td><td class=\"number\">3</td>"
                + "<td class=\"number\">100.0 %</td>").doesNotContain("Confusion matrix");
    }
}
