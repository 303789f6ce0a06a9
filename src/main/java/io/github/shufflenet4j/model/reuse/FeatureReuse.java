package io.github.shufflenet4j.model.reuse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import org.apache.commons.lang3.Validate;
import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.model.cost.NetworkSummary;
import io.github.shufflenet4j.model.reuse.ChannelTrace.Channel;

/**
 * Feature reuse in a network (ShuffleNet V2, section 3, figure 4): the channels that connect its building blocks
 * directly. A block is as in {@link NetworkSummary}; blocks are numbered in the order of computation.
 *
 * <p>A block of ShuffleNet V2 lets a share {@code r} of its channels pass (half of them), so that two blocks at
 * distance {@code j} have a share {@code r}<sup>{@code j}</sup> of their input channels in common: reuse falls
 * exponentially with distance. A dense layer lets all of its input pass.
 */
public final class FeatureReuse {

    private static final double RATE_TOLERANCE = 1e-9;

    private final String title;
    private final List<Block> blocks;
    private final Optional<double[][]> weights;

    /** A building block: its vertices, the channels that it takes, and the share of its output that it passed on. */
    private record Block(String name, Set<String> vertices, Set<Channel> inputs, double passed) {
    }

    private FeatureReuse(String title, List<Block> blocks, Optional<double[][]> weights) {
        this.title = title;
        this.blocks = blocks;
        this.weights = weights;
    }

    /**
     * Follows the channels through a network, whatever its weights.
     *
     * @param title  of the network
     * @param inputs types of its inputs
     * @throws IllegalArgumentException if it has fewer than two blocks
     */
    public static FeatureReuse of(String title, ComputationGraphConfiguration configuration, InputType... inputs) {
        return new FeatureReuse(title, blocks(title, configuration, new ChannelTrace(configuration, inputs)),
                Optional.empty());
    }

    /** The same with the weights of a network, which is best a trained one. */
    public static FeatureReuse of(String title, ComputationGraph network, InputType... inputs) {
        ChannelTrace trace = new ChannelTrace(network.getConfiguration(), inputs);
        List<Block> blocks = blocks(title, network.getConfiguration(), trace);
        ConnectionWeights reader = new ConnectionWeights(network, trace);
        double[][] means = new double[blocks.size()][];
        for (int target = 0; target < means.length; target++) {
            means[target] = reader.means(blocks.get(target).vertices(),
                    blocks.stream().map(Block::vertices).toList());
        }
        return new FeatureReuse(title, blocks, Optional.of(means));
    }

    private static List<Block> blocks(String title, ComputationGraphConfiguration configuration, ChannelTrace trace) {
        Map<String, Set<String>> members = new LinkedHashMap<>();
        for (String vertex : trace.vertices()) {
            members.computeIfAbsent(NetworkSummary.block(configuration.getVertices().keySet(), vertex),
                    block -> new LinkedHashSet<>()).add(vertex);
        }
        List<Block> blocks = new ArrayList<>();
        members.forEach((name, vertices) -> {
            Set<Channel> inputs = new LinkedHashSet<>();
            for (String vertex : vertices) {
                configuration.getVertexInputs().get(vertex).stream().filter(input -> !vertices.contains(input))
                        .forEach(input -> inputs.addAll(trace.of(input)));
            }
            blocks.add(new Block(name, vertices, inputs, share(trace.of(name), inputs::contains)));
        });
        Validate.isTrue(blocks.size() > 1, "%s has no building blocks that follow each other", title);
        return blocks;
    }

    private static double share(Iterable<Channel> channels, Predicate<Channel> condition) {
        int all = 0;
        int found = 0;
        for (Channel channel : channels) {
            all++;
            found += condition.test(channel) ? 1 : 0;
        }
        return (double) found / all;
    }

    /** Title of the network. */
    public String title() {
        return title;
    }

    /** Names of the blocks, in the order of computation. */
    public List<String> blocks() {
        return blocks.stream().map(Block::name).toList();
    }

    /** Number of a block's input channels. */
    public int channels(int target) {
        return blocks.get(target).inputs().size();
    }

    /**
     * The share of block {@code target}'s input channels that block {@code source} has computed and that have come
     * unchanged from there. Over all sources and the network's input, the shares add up to 1.
     */
    public double direct(int target, int source) {
        Set<String> computing = blocks.get(source).vertices();
        return share(blocks.get(target).inputs(), channel -> computing.contains(channel.vertex()));
    }

    /** The share of block {@code target}'s input channels that block {@code source} has among its own input, too. */
    public double common(int target, int source) {
        Set<Channel> own = blocks.get(source).inputs();
        return share(blocks.get(target).inputs(), own::contains);
    }

    /**
     * The share of a block's output channels that are among its input: {@code r} in the paper, {@code (c - c') / c}.
     */
    public double passed(int block) {
        return blocks.get(block).passed();
    }

    /**
     * What {@link #common} is in theory: the product of what the blocks from {@code source} on let pass,
     * {@code r}<sup>{@code j}</sup> at distance {@code j} where each lets a share {@code r} pass.
     */
    public double theory(int target, int source) {
        double product = 1;
        for (int block = source; block < target; block++) {
            product *= passed(block);
        }
        return product;
    }

    /**
     * {@code [target][source]}: the mean absolute weight of the target's convolutions, other than grouped ones, on the
     * channels of its input that the source has computed (figure 4a); NaN if there are none. Empty without weights.
     */
    public Optional<double[][]> weights() {
        return weights;
    }

    /** Whether any block passes channels on. */
    public boolean concatenates() {
        return blocks.stream().anyMatch(block -> block.passed() > 0);
    }

    /**
     * The rate at which reuse falls: {@code r} of the function {@code r}<sup>{@code j}</sup> that fits {@link #decay}
     * best, by least squares; NaN if nothing passes.
     */
    public double fittedRate() {
        List<Decay> rows = decay();
        UnivariateFunction error = rate -> rows.stream()
                .mapToDouble(row -> row.common() - Math.pow(rate, row.distance())).map(miss -> miss * miss).sum();
        return rows.isEmpty() ? Double.NaN : new BrentOptimizer(RATE_TOLERANCE, RATE_TOLERANCE).optimize(
                new UnivariateObjectiveFunction(error), GoalType.MINIMIZE, new SearchInterval(0, 1),
                MaxEval.unlimited()).getPoint();
    }

    /**
     * Reuse at a distance, in the mean over all pairs of blocks between which something passes.
     *
     * @param distance between target and source, in blocks
     * @param pairs    number of pairs
     * @param common   as measured
     * @param theory   as predicted
     */
    public record Decay(int distance, int pairs, double common, double theory) {
    }

    /** From distance 1 on, as far as anything passes. */
    public List<Decay> decay() {
        List<Decay> decay = new ArrayList<>();
        for (int distance = 1; distance < blocks.size(); distance++) {
            int pairs = 0;
            double common = 0;
            double theory = 0;
            for (int source = 0; source + distance < blocks.size(); source++) {
                double expected = theory(source + distance, source);
                if (expected > 0) {
                    pairs++;
                    common += common(source + distance, source);
                    theory += expected;
                }
            }
            if (pairs > 0) {
                decay.add(new Decay(distance, pairs, common / pairs, theory / pairs));
            }
        }
        return decay;
    }
}
