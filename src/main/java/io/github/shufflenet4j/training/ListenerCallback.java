package io.github.shufflenet4j.training;

import java.util.List;
import java.util.Optional;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;

import io.github.shufflenet4j.training.evaluation.EvaluationDetail;

/**
 * Calls DL4J's listeners as {@link ComputationGraph#fit} does; an epoch ends once it is validated. In a run that is
 * resumed within an epoch, that epoch starts again for them.
 */
public final class ListenerCallback implements TrainingCallback {

    private final List<TrainingListener> listeners;
    private ComputationGraph network;

    public ListenerCallback(TrainingListener... listeners) {
        this.listeners = List.of(listeners);
    }

    @Override
    public void trainingStarted(TrainingPlan plan, ComputationGraph trained) {
        network = trained;
        network.addListeners(listeners.toArray(TrainingListener[]::new));
    }

    @Override
    public void epochStarted(int epoch, int steps, int done) {
        listeners.forEach(listener -> listener.onEpochStart(network));
    }

    @Override
    public void epochValidated(int epoch, EvaluationDetail validation, Optional<EvaluationDetail> averaged) {
        listeners.forEach(listener -> listener.onEpochEnd(network));
    }
}
