package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.modelfile.CheckedModelFile;
import io.github.shufflenet4j.modelfile.FlatArray;
import io.github.shufflenet4j.training.evaluation.Confidences;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail.Mistake;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * Position of a run between two steps: a checkpoint's content beside the network and its updater state, as JSON.
 *
 * @param data           folder of the data set
 * @param epoch          current epoch, from 0
 * @param step           steps taken in the epoch; all of them if it is still to be validated
 * @param images         images seen in the epoch
 * @param lossSum        sum of their losses
 * @param seconds        training time of the epoch
 * @param averageStarted whether the moving average is more than a copy
 * @param bestIteration  steps of the run at the end of its best epoch; 0 if none has ended
 * @param excluded       names of images that are left out; null in checkpoints of earlier versions, for none
 */
record TrainingState(String data, long seed, Fingerprint train, Fingerprint validation, int epoch, int step,
                     long images, double lossSum, double seconds, boolean averageStarted, int bestIteration,
                     List<Ended> history, List<String> excluded) {

    private static final String STATE_ENTRY = "training.json";
    private static final String RECIPE_ENTRY = "recipe.yaml";
    private static final String AVERAGE_ENTRY = "average.bin";
    private static final String SUMMARY_ENTRY = "record.json";

    private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    TrainingState {
        history = List.copyOf(history);
        excluded = excluded == null ? List.of() : List.copyOf(excluded);
    }

    /** The epochs that have ended. */
    List<EpochMetrics> metrics() {
        return history.stream().map(Ended::metrics).toList();
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

    /**
     * Content of the report beside the metrics, over all sessions; no step depends on it.
     *
     * @param seconds  duration of the run
     * @param sessions number of times that the run was started or resumed
     * @param damaged  images that could not be read, each once
     * @param epoch    with the best validation, from 1; this and all that follows is null if no epoch has ended
     * @param file     of the run that holds the network of that validation
     * @param counts   of the validation, in DL4J's JSON
     * @param confidences of the validation; null in checkpoints of earlier versions as well
     */
    record Summary(double seconds, int sessions, @JsonProperty("broken") List<DamagedImage> damaged, Integer epoch,
                   String file, EvaluationResult result, String counts, List<Mistake> worst,
                   Confidences confidences) {

        static final Summary EMPTY = new Summary(0, 0, List.of(), null, null, null, null, null, null);

        Summary withSession() {
            return new Summary(seconds, sessions + 1, damaged, epoch, file, result, counts, worst, confidences);
        }

        Summary withSeconds(double more) {
            return new Summary(seconds + more, sessions, damaged, epoch, file, result, counts, worst, confidences);
        }

        Summary withDamaged(List<DamagedImage> found) {
            Map<String, DamagedImage> known = new LinkedHashMap<>();
            damaged.forEach(image -> known.put(image.name(), image));
            found.forEach(image -> known.putIfAbsent(image.name(), image));
            return new Summary(seconds, sessions, new ArrayList<>(known.values()), epoch, file, result, counts, worst,
                    confidences);
        }

        /** With a validation, if it is better than the best so far. */
        Summary withValidation(int ended, String model, EvaluationDetail detail) {
            return result != null && !detail.result().isBetterThan(result) ? this
                    : new Summary(seconds, sessions, damaged, ended, model, detail.result(), detail.counts().toJson(),
                            detail.worst(), detail.confidences());
        }

        /** The best validation, if an epoch has ended. */
        Optional<EvaluationDetail> best() {
            return Optional.ofNullable(result)
                    .map(known -> new EvaluationDetail(known, Evaluation.fromJson(counts), worst,
                            Objects.requireNonNullElse(confidences, Confidences.UNKNOWN)));
        }
    }

    /** A checkpoint's content beside the network. */
    record Saved(TrainingState state, Recipe recipe, Summary summary, Optional<INDArray> average) {

        /** @param file named in messages */
        static Saved of(Path file, CheckedModelFile checkpoint) throws IOException {
            Map<String, byte[]> entries = checkpoint.attachments();
            WeightFileException.throwIf(!entries.containsKey(STATE_ENTRY) || !entries.containsKey(RECIPE_ENTRY), file,
                    "is a model, but no checkpoint: it lacks " + STATE_ENTRY + " or " + RECIPE_ENTRY);
            TrainingState state;
            Summary summary;
            try {
                state = JSON.readValue(entries.get(STATE_ENTRY), TrainingState.class);
                summary = entries.containsKey(SUMMARY_ENTRY)
                        ? JSON.readValue(entries.get(SUMMARY_ENTRY), Summary.class) : Summary.EMPTY;
            } catch (JsonProcessingException e) {
                throw new WeightFileException(file, "has an entry " + STATE_ENTRY + " or " + SUMMARY_ENTRY
                        + " of another version: " + e.getOriginalMessage(), e);
            }
            Recipe recipe = Recipe.parse(new String(entries.get(RECIPE_ENTRY), StandardCharsets.UTF_8),
                    file + ", " + RECIPE_ENTRY);
            byte[] average = entries.get(AVERAGE_ENTRY);
            return new Saved(state, recipe, summary, average == null ? Optional.empty() : Optional.of(FlatArray.read(
                    file, "averaged parameters", average, checkpoint.model().network().numParams())));
        }

        /** Entries of a checkpoint. */
        Map<String, byte[]> entries() throws IOException {
            Map<String, byte[]> entries = new LinkedHashMap<>();
            entries.put(STATE_ENTRY, JSON.writeValueAsBytes(state));
            entries.put(RECIPE_ENTRY, recipe.toYaml().getBytes(StandardCharsets.UTF_8));
            entries.put(SUMMARY_ENTRY, JSON.writeValueAsBytes(summary));
            if (average.isPresent()) {
                entries.put(AVERAGE_ENTRY, FlatArray.toBytes(average.get()));
            }
            return entries;
        }
    }
}
