package io.github.shufflenet4j.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.nd4j.evaluation.classification.Evaluation;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.evaluation.Mistake;

/**
 * What a run's report says beside its metrics. No update depends on it; it goes from checkpoint to checkpoint, so that
 * the report of a run that was resumed tells of all its sessions.
 *
 * @param seconds  that the sessions before this one took
 * @param sessions times that the run was begun or resumed
 * @param broken   images that could not be read, each once
 * @param best     the best validation, if an epoch has ended
 */
public record RunRecord(double seconds, int sessions, List<BrokenImage> broken, Optional<Best> best) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The best validation.
     *
     * @param epoch  from 1, after which it was done
     * @param file   of the run, in which the network is
     * @param detail what it came to
     */
    public record Best(int epoch, String file, EvaluationDetail detail) {
    }

    /** The same in JSON; what there is none of is null. DL4J's part has a JSON of its own. */
    private record Stored(double seconds, int sessions, List<BrokenImage> broken, Integer epoch, String file,
                          EvaluationResult result, String counts, List<Mistake> worst) {
    }

    public RunRecord {
        broken = List.copyOf(broken);
    }

    /** Of a run that is yet to begin. */
    public static RunRecord empty() {
        return new RunRecord(0, 0, List.of(), Optional.empty());
    }

    /** With one more session. */
    public RunRecord begun() {
        return new RunRecord(seconds, sessions + 1, broken, best);
    }

    /** After more time. */
    public RunRecord after(double more) {
        return new RunRecord(seconds + more, sessions, broken, best);
    }

    /** With more broken images, but for those that are known. */
    public RunRecord withBroken(List<BrokenImage> found) {
        Map<String, BrokenImage> known = new LinkedHashMap<>();
        broken.forEach(image -> known.put(image.name(), image));
        found.forEach(image -> known.putIfAbsent(image.name(), image));
        return new RunRecord(seconds, sessions, new ArrayList<>(known.values()), best);
    }

    /** With a validation, if that is better than the best so far. */
    public RunRecord withValidation(int epoch, String file, EvaluationDetail detail) {
        boolean better = best.map(known -> detail.result().isBetterThan(known.detail().result())).orElse(true);
        return better ? new RunRecord(seconds, sessions, broken, Optional.of(new Best(epoch, file, detail))) : this;
    }

    /** As an entry of a checkpoint. */
    public byte[] toJson() throws IOException {
        EvaluationDetail detail = best.map(Best::detail).orElse(null);
        return JSON.writeValueAsBytes(detail == null
                ? new Stored(seconds, sessions, broken, null, null, null, null, null)
                : new Stored(seconds, sessions, broken, best.get().epoch(), best.get().file(), detail.result(),
                        detail.counts().toJson(), detail.worst()));
    }

    /** @throws IOException if it is no such entry */
    public static RunRecord ofJson(byte[] json) throws IOException {
        Stored stored = JSON.readValue(json, Stored.class);
        return new RunRecord(stored.seconds, stored.sessions, stored.broken, stored.epoch == null ? Optional.empty()
                : Optional.of(new Best(stored.epoch, stored.file, new EvaluationDetail(stored.result,
                        Evaluation.fromJson(stored.counts), stored.worst))));
    }
}
