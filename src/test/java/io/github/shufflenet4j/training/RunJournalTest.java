package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.report.EventFiles;
import io.github.shufflenet4j.training.schedule.RunLength;
import io.github.shufflenet4j.weights.ModelMetadata;

class RunJournalTest {

    private static final int STEPS = 2500;

    private static RunJournal journal(Path folder) throws Exception {
        TrainingOptions options = new TrainingOptions(folder.resolve("data"), folder, Optional.empty(), Recipe.plain(),
                1, 1, 1, CheckpointPolicy.none());
        RunJournal journal = new RunJournal(options, TrainingData.open(options), new ModelMetadata(
                ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, 3, RenderedDataset.CLASSES,
                Preprocessing.torchvision(224), Map.of()), new RunFiles(folder, 0), List.of(),
                TrainingState.Summary.EMPTY);
        journal.trainingStarted(new TrainingPlan(ShuffleNetV2Variant.X0_5, 2, STEPS, 2,
                new RunLength(1, 1, STEPS, STEPS), 1, Optional.empty()), null);
        return journal;
    }

    private static void steps(RunJournal journal, int from, int to) throws Exception {
        for (int step = from; step <= to; step++) {
            journal.stepDone(step, step, 1.0 / step);
        }
    }

    /** Killed after step 1400, resumed from a checkpoint of step 1000. */
    @Test
    void longRunsHaveSmallEventFilesInWhichNoStepComesTwice(@TempDir Path folder) throws Exception {
        new RenderedDataset(32, 1, 1, 1).write(folder.resolve("data"));
        steps(journal(folder), 1, 1400);
        steps(journal(folder), 1001, STEPS);
        Path events = folder.resolve(Trainer.TENSORBOARD_FOLDER);
        Map<String, SortedMap<Long, Float>> curves = EventFiles.curves(events);
        assertThat(curves).containsOnlyKeys("loss/step", "training/learning-rate");
        SortedMap<Long, Float> loss = curves.get("loss/step");
        assertThat(loss).hasSize(STEPS / 3).containsEntry(3L, 3f).containsEntry(2499L, 2499f);
        assertThat(curves.get("training/learning-rate")).containsOnlyKeys(loss.keySet().toArray(Long[]::new))
                .containsEntry(300L, 1f / 300);
        try (Stream<Path> files = Files.list(events)) {
            assertThat(files).hasSize(2).allSatisfy(file -> assertThat(file.toFile().length()).isLessThan(60_000));
        }
    }
}
