package io.github.shufflenet4j.updater;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;

import io.github.shufflenet4j.kernel.conv.PlaneLinks;
import io.github.shufflenet4j.kernel.conv.PlaneLinks.Linkable;
import io.github.shufflenet4j.kernel.conv.PlaneOutput;
import io.github.shufflenet4j.kernel.conv.PlaneStep;

/**
 * Training steps of a graph in which this library's layers and vertices read each other's planes where nobody else
 * needs them. DL4J runs the steps as ever; the arrays that it passes on there have their shapes, but no values.
 */
final class LinkedSteps {

    private final GraphVertex[] vertices;
    /** The layers of the vertices, or vertices without one: layers may be frozen, and thawed, between steps. */
    private final List<Object> runtimes;
    private final PlaneStep step = new PlaneStep();

    private LinkedSteps(GraphVertex[] vertices) {
        this.vertices = vertices;
        this.runtimes = runtimes(vertices);
    }

    /** Links the vertices of a graph. */
    static LinkedSteps of(GraphVertex[] vertices) {
        LinkedSteps steps = new LinkedSteps(vertices);
        steps.link();
        return steps;
    }

    /** Whether the links are those of a graph with these vertices. */
    boolean isOf(GraphVertex[] others) {
        List<Object> current = runtimes(others);
        return current.size() == runtimes.size()
                && IntStream.range(0, current.size()).allMatch(i -> current.get(i) == runtimes.get(i));
    }

    private static List<Object> runtimes(GraphVertex[] vertices) {
        return Arrays.stream(vertices).map(LinkedSteps::runtime).toList();
    }

    private static Object runtime(GraphVertex vertex) {
        return vertex instanceof LayerVertex layer && layer.getLayerPreProcessor() == null ? layer.getLayer() : vertex;
    }

    /** Runs a step; without links if there are masks, or a listener may look at activations or gradients to them. */
    void run(ComputationGraph network, Runnable run) {
        Collection<TrainingListener> listeners = network.getListeners();
        if (network.getInputMaskArrays() != null
                || listeners != null && listeners.stream().anyMatch(LinkedSteps::looksInside)) {
            run.run();
            return;
        }
        step.open();
        try {
            run.run();
        } finally {
            step.close();
        }
    }

    static boolean looksInside(TrainingListener listener) {
        return overrides(listener, "onForwardPass", Model.class, Map.class)
                || overrides(listener, "onBackwardPass", Model.class);
    }

    private static boolean overrides(TrainingListener listener, String name, Class<?>... parameters) {
        try {
            Class<?> by = listener.getClass().getMethod(name, parameters).getDeclaringClass();
            return by != TrainingListener.class && by != BaseTrainingListener.class;
        } catch (NoSuchMethodException e) {
            return true;
        }
    }

    private void link() {
        PlaneOutput[] outputs = new PlaneOutput[vertices.length];
        linkedOutputs().forEach(index -> outputs[index] = step.newOutput());
        for (GraphVertex vertex : vertices) {
            linkable(vertex).ifPresent(to -> to.link(new PlaneLinks(Arrays.stream(vertex.getInputVertices())
                    .map(input -> outputs[input.getVertexIndex()]).toArray(PlaneOutput[]::new),
                    outputs[vertex.getVertexIndex()])));
        }
    }

    /** The indices of the vertices whose output all readers can read by planes. */
    Set<Integer> linkedOutputs() {
        Set<Integer> linked = new HashSet<>();
        for (GraphVertex vertex : vertices) {
            if (linkable(vertex).isPresent() && all(vertex.getOutputVertices(), index -> linkable(index).isPresent())) {
                linked.add(vertex.getVertexIndex());
            }
        }
        while (linked.removeIf(index -> !keepsLink(index, linked))) {
            continue; // until none that others need has gone
        }
        return linked;
    }

    private boolean keepsLink(int index, Set<Integer> linked) {
        GraphVertex vertex = vertices[index];
        return (!linkable(vertex).orElseThrow().needsAllLinks() || all(vertex.getInputVertices(), linked::contains))
                && all(vertex.getOutputVertices(), reader -> !linkable(reader).orElseThrow().needsAllLinks()
                || linked.contains(reader));
    }

    private static boolean all(VertexIndices[] neighbours, IntPredicate condition) {
        return neighbours != null && neighbours.length > 0
                && Arrays.stream(neighbours).mapToInt(VertexIndices::getVertexIndex).allMatch(condition);
    }

    private Optional<Linkable> linkable(int index) {
        return linkable(vertices[index]);
    }

    private static Optional<Linkable> linkable(GraphVertex vertex) {
        return runtime(vertex) instanceof Linkable linkable && linkable.canLink()
                ? Optional.of(linkable) : Optional.empty();
    }
}
