package io.github.shufflenet4j.distributed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.BrokenImages;
import io.github.shufflenet4j.training.StepResult;

/**
 * Gradient sharing, one job of Spark's for each update: every worker sends what it does not hold back of its gradient,
 * the driver adds these up in the order of the workers and offers the sum, and all make the update by it, momentum and
 * L2 penalty included (Vogels et al. 2019, algorithm 2).
 */
final class GradientRounds implements Rounds {

    private static final String HELD_ENTRY = "held-gradients.bin";

    private final Cluster cluster;
    private final Broadcast<Job> job;
    private final ComputationGraph network;
    private final Sharing.Gradients sharing;
    /** Where the workers' replicas are; empty before the first update. */
    private List<ExecutorPlace> places = List.of();
    /** Updates made, or tried where images lacked. */
    private int made;
    /** The exchange of the last of them; empty before the first. */
    private List<Broadcast<GradientMessage>> last = List.of();
    /** What each worker holds back between two rounds; empty before the first. */
    private List<Broadcast<float[]>> held = List.of();

    GradientRounds(Cluster cluster, Broadcast<Job> job, ComputationGraph network,
                   Sharing.Gradients sharing) {
        this.cluster = cluster;
        this.job = job;
        this.network = network;
        this.sharing = sharing;
    }

    @Override
    public List<StepResult> compute(int epoch, int step, int end, BrokenImages broken) throws IOException {
        NetworkState before = NetworkState.of(network);
        Broadcast<NetworkState> start = cluster.offer(before);
        GradientRound round = new GradientRound(made, epoch, step, end, sharing.density(epoch), start,
                before.fingerprint(), before.epoch(), held);
        List<Broadcast<GradientMessage>> offered = new ArrayList<>(last);
        List<StepResult> results = new ArrayList<>();
        try {
            List<GradientShare.Result> shares = List.of();
            for (int update = made; update < made + end - step; update++) {
                shares = run(new GradientShare(job, round, update, new Exchanges(made - last.size(), offered)));
                GradientMessage exchange = sum(shares);
                results.add(exchange.applyTo(network));
                offered.add(cluster.offer(exchange));
            }
            for (GradientShare.Result share : shares) {
                broken.add(share.broken());
            }
            hold(shares.stream().map(GradientShare.Result::held).toList());
        } catch (IOException | RuntimeException e) {
            before.copyTo(network);
            offered.stream().skip(last.size()).forEach(Broadcast::destroy);
            throw e;
        } finally {
            start.destroy();
        }
        made += results.size();
        offered.stream().limit(offered.size() - 1L).forEach(Broadcast::destroy);
        last = List.of(offered.get(offered.size() - 1));
        return results;
    }

    private void hold(List<float[]> copies) {
        held.forEach(Broadcast::destroy);
        held = copies.stream().map(cluster::offer).toList();
    }

    @Override
    public Map<String, byte[]> state() {
        return held.isEmpty() ? Map.of()
                : Map.of(HELD_ENTRY, HeldGradients.encode(held.stream().map(Broadcast::value).toList()));
    }

    @Override
    public void restore(Map<String, byte[]> entries) throws IOException {
        if (entries.containsKey(HELD_ENTRY)) {
            hold(HeldGradients.decode(entries.get(HELD_ENTRY), cluster.workers(),
                    Math.toIntExact(network.numParams())));
        }
    }

    private List<GradientShare.Result> run(GradientShare task) throws IOException {
        List<GradientShare.Result> shares = places.isEmpty() ? cluster.run(task) : cluster.run(task, places);
        places = shares.stream().map(GradientShare.Result::place).toList();
        return shares;
    }

    private GradientMessage sum(List<GradientShare.Result> shares) {
        return GradientMessage.sum(shares.stream().map(GradientShare.Result::message).toList(),
                GradientSegment.of(network), Math.toIntExact(network.numParams()));
    }
}
