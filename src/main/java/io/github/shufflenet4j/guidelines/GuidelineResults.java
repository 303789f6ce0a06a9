package io.github.shufflenet4j.guidelines;

import java.util.List;
import java.util.Map;

/** The results of a {@link GuidelineBenchmark}; {@code failed} are networks that could not run, with reasons. */
record GuidelineResults(Map<String, String> conditions, List<Experiment> experiments, List<NetworkResult> networks,
                        List<String> failed) {

    List<Experiment> experiments(Guideline guideline) {
        return experiments.stream().filter(experiment -> experiment.guideline() == guideline).toList();
    }

    List<Engine> engines() {
        return experiments.get(0).engines();
    }
}
