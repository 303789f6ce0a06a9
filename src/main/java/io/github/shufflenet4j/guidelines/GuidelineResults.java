package io.github.shufflenet4j.guidelines;

import java.util.List;
import java.util.Map;

/**
 * The results of a {@link GuidelineBenchmark}.
 *
 * @param conditions  date, machine and load, by name
 * @param experiments at least one for each guideline, all with the same engines
 * @param failed      networks that could not run, with the reasons
 */
record GuidelineResults(Map<String, String> conditions, List<Experiment> experiments, List<NetworkResult> networks,
                        List<String> failed) {

    List<Experiment> experiments(Guideline guideline) {
        return experiments.stream().filter(experiment -> experiment.guideline() == guideline).toList();
    }

    List<Engine> engines() {
        return experiments.get(0).engines();
    }
}
