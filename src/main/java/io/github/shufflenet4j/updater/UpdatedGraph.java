package io.github.shufflenet4j.updater;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;

/**
 * A graph whose updater is a {@link FusedGraphUpdater} and stays one. DL4J's {@code setLearningRate} replaces the
 * updater of any other graph by one of its own, which is slower and not made for layers that are frozen meanwhile.
 */
public final class UpdatedGraph extends ComputationGraph {

    private static final long serialVersionUID = 1L;

    /** Made at the first step. */
    private transient LinkedSteps linked;

    private UpdatedGraph(ComputationGraphConfiguration configuration) {
        super(configuration);
    }

    /** A graph with the parameters that its configuration asks for. */
    public static UpdatedGraph of(ComputationGraphConfiguration configuration) {
        UpdatedGraph graph = new UpdatedGraph(configuration);
        graph.init();
        FusedGraphUpdater.install(graph);
        return graph;
    }

    /** {@code network}, which must not be used any more: its configuration, parameters and updater's state. */
    public static UpdatedGraph of(ComputationGraph network) {
        UpdatedGraph graph = new UpdatedGraph(network.getConfiguration());
        graph.init(network.params(), false);
        graph.setUpdater(new FusedGraphUpdater(graph, network.getUpdater().getStateViewArray()));
        return graph;
    }

    /**
     * Takes an updater. With null, DL4J's request for a new one after a change of learning rates, a fused one stays: it
     * asks for the rates at every step, and the layout of its state does not depend on them.
     */
    @Override
    public void setUpdater(ComputationGraphUpdater updater) {
        if (updater != null) {
            super.setUpdater(updater);
        } else if (!(getUpdater(false) instanceof FusedGraphUpdater current && current.isFused())) {
            super.setUpdater(new FusedGraphUpdater(this, null));
        }
    }

    /** With activations and gradients that go from layer to layer without arrays of ND4J, as far as they can. */
    @Override
    public void computeGradientAndScore() {
        if (linked == null || !linked.isOf(vertices)) {
            linked = LinkedSteps.of(vertices);
        }
        linked.run(this, super::computeGradientAndScore);
    }
}
