package io.github.shufflenet4j.model;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * The names by which torchvision's users know the parts of the network, and the vertices that they stand for: a stage
 * means the output of its last unit.
 */
public final class StageNames {

    private static final Pattern UNIT = Pattern.compile("(stage\\d+)\\.(\\d+)");

    private StageNames() {
    }

    /** Name of the output of unit {@code index} (from 0) of a stage. */
    public static String unit(String stage, int index) {
        return stage + "." + index;
    }

    /**
     * The vertex whose output is the output of {@code name}, a stage such as {@code stage2} or a vertex's own name.
     *
     * @throws IllegalArgumentException if the network has neither
     */
    public static String vertexOf(ComputationGraph network, String name) {
        List<String> vertices = network.getConfiguration().getTopologicalOrderStr();
        if (vertices.contains(name)) {
            return name;
        }
        OptionalInt last = vertices.stream().map(UNIT::matcher).filter(Matcher::matches)
                .filter(unit -> unit.group(1).equals(name)).mapToInt(unit -> Integer.parseInt(unit.group(2))).max();
        if (last.isPresent()) {
            return unit(name, last.getAsInt());
        }
        throw new IllegalArgumentException("the network has no layer '" + name
                + "': choose conv1, maxpool, stage2, stage3, stage4, conv5, pool, fc or a name from 'summary'");
    }
}
