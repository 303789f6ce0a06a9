package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.nd4j.linalg.api.ndarray.INDArray;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.modelfile.CheckedModelFile;
import io.github.shufflenet4j.modelfile.FlatArray;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeFile;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * Where a run stands between two updates: what a checkpoint holds beside the network and its updater's state.
 *
 * @param data           folder of the data set
 * @param seed           of the run
 * @param train          the training images
 * @param validation     the validation images
 * @param epoch          the epoch at hand, from 0
 * @param step           its updates done; all of them where it is still to be validated
 * @param images         its images so far
 * @param lossSum        sum of their losses
 * @param seconds        that its training took so far
 * @param averageStarted whether the moving average holds more than a copy
 * @param bestIteration  updates of the run at the end of its best epoch; 0 if none has ended
 * @param history        the epochs that have ended
 */
record TrainingState(String data, long seed, Fingerprint train, Fingerprint validation, int epoch, int step,
                     long images, double lossSum, double seconds, boolean averageStarted, int bestIteration,
                     List<Ended> history) {

    private static final String STATE_ENTRY = "training.json";
    private static final String RECIPE_ENTRY = "recipe.yaml";
    private static final String AVERAGE_ENTRY = "average.bin";
    private static final String RECORD_ENTRY = "record.json";

    private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    TrainingState {
        history = List.copyOf(history);
    }

    /** {@link EpochMetrics} in JSON; {@code averaged} is null without an averaged network. */
    record Ended(int epoch, double learningRate, double trainLoss, EvaluationResult validation,
                 EvaluationResult averaged, double imagesPerSecond) {

        static Ended of(EpochMetrics metrics) {
            return new Ended(metrics.epoch(), metrics.learningRate(), metrics.trainLoss(), metrics.validation(),
                    metrics.averaged().orElse(null), metrics.imagesPerSecond());
        }

        EpochMetrics metrics() {
            return new EpochMetrics(epoch, learningRate, trainLoss, validation, Optional.ofNullable(averaged),
                    imagesPerSecond);
        }
    }

    /** What a checkpoint says of its run. */
    record Saved(TrainingState state, Recipe recipe, RunRecord record, Optional<INDArray> average) {

        /**
         * From a checkpoint.
         *
         * @param file named in messages
         */
        static Saved of(Path file, CheckedModelFile checkpoint) throws IOException {
            Map<String, byte[]> entries = checkpoint.attachments();
            long parameters = checkpoint.model().network().numParams();
            if (!entries.containsKey(STATE_ENTRY) || !entries.containsKey(RECIPE_ENTRY)) {
                throw new WeightFileException(file, "is a model, but no checkpoint: it lacks " + STATE_ENTRY + " or "
                        + RECIPE_ENTRY);
            }
            TrainingState state;
            RunRecord record;
            try {
                state = JSON.readValue(entries.get(STATE_ENTRY), TrainingState.class);
                record = entries.containsKey(RECORD_ENTRY) ? RunRecord.ofJson(entries.get(RECORD_ENTRY))
                        : RunRecord.empty();
            } catch (JsonProcessingException e) {
                throw new WeightFileException(file, "has an entry " + STATE_ENTRY + " or " + RECORD_ENTRY
                        + " of another version: " + e.getOriginalMessage(), e);
            }
            Recipe recipe = RecipeFile.parse(new String(entries.get(RECIPE_ENTRY), StandardCharsets.UTF_8),
                    file + ", " + RECIPE_ENTRY);
            byte[] average = entries.get(AVERAGE_ENTRY);
            return new Saved(state, recipe, record, average == null ? Optional.empty()
                    : Optional.of(FlatArray.read(file, "averaged parameters", average, parameters)));
        }

        /** As entries of a checkpoint. */
        Map<String, byte[]> entries() throws IOException {
            Map<String, byte[]> entries = new LinkedHashMap<>();
            entries.put(STATE_ENTRY, JSON.writeValueAsBytes(state));
            entries.put(RECIPE_ENTRY, recipe.toYaml().getBytes(StandardCharsets.UTF_8));
            entries.put(RECORD_ENTRY, record.toJson());
            if (average.isPresent()) {
                entries.put(AVERAGE_ENTRY, FlatArray.toBytes(average.get()));
            }
            return entries;
        }
    }
}
