package io.github.shufflenet4j.cli.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;

class TrainingArgumentsTest {

    private static final Path RUN = Path.of("run");

    private static EpochMetrics epoch(int epoch, double top1, Optional<Double> averagedTop1) {
        return new EpochMetrics(epoch, 0.1, 1, new EvaluationResult(100, top1, 100, 1, top1, top1),
                averagedTop1.map(top -> new EvaluationResult(100, top, 100, 1, top, top)), 10);
    }

    @Test
    void theBestModelIsNamedWithItsEpoch() {
        assertThat(TrainingArguments.best(epoch(3, 81, Optional.of(82.5)), RUN))
                .isEqualTo("best: 82.50 % top-1 in epoch 3, averaged, in " + RUN.resolve("model.zip"));
        assertThat(TrainingArguments.best(epoch(2, 81.25, Optional.of(80.0)), RUN))
                .isEqualTo("best: 81.25 % top-1 in epoch 2, in " + RUN.resolve("model.zip"));
        assertThat(TrainingArguments.best(epoch(0, 50, Optional.empty()), RUN)).isEqualTo(
                "best: 50.00 % top-1 before the first epoch, which no epoch surpassed, in " + RUN.resolve("model.zip"));
    }
}
