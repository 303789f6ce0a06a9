package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.Evaluation;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.training.TrainingState.Summary;
import io.github.shufflenet4j.training.evaluation.Confidences;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail.Mistake;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;

/** A run's summary in its checkpoints. */
class TrainingStateTest {

    private static EvaluationDetail evaluation() {
        Evaluation counts = new Evaluation(List.of("a", "b"));
        counts.eval(0, 0);
        counts.eval(1, 0);
        counts.eval(1, 1);
        return new EvaluationDetail(new EvaluationResult(3, 66.5, 100, 0.75, 60, 50), counts,
                List.of(new Mistake(1, 0, 1, 0.75, Math.log(4))),
                new Confidences(List.of(new Confidences.Bin(224, 2, 1, 1.49), new Confidences.Bin(299, 1, 1, 1))));
    }

    private static Summary throughJson(Summary summary) throws Exception {
        ObjectMapper json = new ObjectMapper();
        return json.readValue(json.writeValueAsBytes(summary), Summary.class);
    }

    @Test
    void theSummaryOfARunComesBackFromItsCheckpoint() throws Exception {
        Summary summary = Summary.EMPTY.withSession().withSeconds(90.5)
                .withDamaged(List.of(new DamagedImage("a.jpg", "truncated")))
                .withDamaged(List.of(new DamagedImage("a.jpg", "truncated"), new DamagedImage("b.jpg", "empty")))
                .withValidation(3, "model.zip", evaluation());
        assertThat(new ObjectMapper().valueToTree(summary).has("broken")).isTrue(); // as in earlier checkpoints
        Summary back = throughJson(summary);
        assertThat(back).isEqualTo(summary);
        assertThat(back.seconds()).isEqualTo(90.5);
        assertThat(back.sessions()).isEqualTo(1);
        assertThat(back.damaged()).extracting(DamagedImage::name).containsExactly("a.jpg", "b.jpg");
        assertThat(back.epoch()).isEqualTo(3);
        assertThat(back.file()).isEqualTo("model.zip");
        EvaluationDetail best = back.best().orElseThrow();
        assertThat(best.worst()).isEqualTo(evaluation().worst());
        assertThat(best.result()).isEqualTo(evaluation().result());
        assertThat(best.confidences()).isEqualTo(evaluation().confidences());
        assertThat(best.count(0, 1)).isEqualTo(1);
        assertThat(best.counts().precision(1)).isEqualTo(1 / 2.0);
        assertThat(throughJson(Summary.EMPTY)).isEqualTo(Summary.EMPTY);
        assertThat(Summary.EMPTY.best()).isEmpty();
    }

    @Test
    void resultsOfEarlierVersionsLackWhatTheseDidNotMeasure() throws Exception {
        EvaluationResult old = new ObjectMapper().readValue(
                "{\"images\":3,\"top1\":66.5,\"top5\":100.0,\"loss\":0.75}", EvaluationResult.class);
        assertThat(old).isEqualTo(new EvaluationResult(3, 66.5, 100, 0.75, Double.NaN, Double.NaN));
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readValue(json.writeValueAsBytes(old), EvaluationResult.class)).isEqualTo(old);
    }

    @Test
    void onlyABetterValidationReplacesTheBest() {
        Summary summary = Summary.EMPTY.withValidation(3, "model.zip", evaluation());
        assertThat(summary.withValidation(4, "model.zip", evaluation())).isSameAs(summary);
        EvaluationDetail better = new EvaluationDetail(new EvaluationResult(3, 66.5, 100, 0.5, 60, 50),
                evaluation().counts(), List.of(), Confidences.UNKNOWN);
        assertThat(summary.withValidation(4, "averaged.zip", better).epoch()).isEqualTo(4);
        assertThat(summary.withValidation(4, "averaged.zip", better).file()).isEqualTo("averaged.zip");
    }
}
