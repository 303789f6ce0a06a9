package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.guidelines.Timings.Quartiles;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ImageModel;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.Figure;
import io.github.shufflenet4j.model.cost.NetworkSummary;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.TrainedModel;

/**
 * The speed of a network of table 8 for one image, with random weights and 1000 classes.
 *
 * @param graph seconds of DL4J's {@code ComputationGraph.output}, which runs all networks
 * @param plan  seconds of {@link ImageClassifier}'s fused plan, for networks that it can run
 */
record NetworkResult(Architecture architecture, NetworkSummary summary, Quartiles graph, Optional<Quartiles> plan) {

    private static final int CHANNELS = 3;
    private static final int CLASSES = 1000;

    /** Compares networks of at most {@code maxMacs}; {@code failed} receives those that cannot run, and why. */
    static List<NetworkResult> measure(List<? extends Architecture> architectures, long maxMacs, Benchmark benchmark,
                                       Consumer<String> failed) {
        List<Function<Timings, NetworkResult>> results = new ArrayList<>();
        List<Benchmark.Task> tasks = new ArrayList<>();
        for (Architecture architecture : architectures) {
            // Spares building most of the networks that are too large.
            if (architecture.published().multiplyAdds().map(Figure::value).orElse(0L) > maxMacs) {
                continue;
            }
            int size = architecture.imageSize();
            ImageModel model = ZooNetwork.builder(architecture).inputShape(CHANNELS, size, size).numClasses(CLASSES)
                    .build();
            ComputationGraph network = model.init();
            NetworkSummary summary = NetworkSummary.of(network, model.inputType());
            if (summary.macs() > maxMacs) {
                continue;
            }
            INDArray image = Nd4j.rand(DataType.FLOAT, new long[] {1, CHANNELS, size, size});
            try {
                network.outputSingle(image);
            } catch (RuntimeException e) {
                failed.accept(architecture.networkName() + ": " + e.getMessage());
                continue;
            }
            int graph = tasks.size();
            tasks.add(() -> network.outputSingle(image));
            Optional<Benchmark.Task> plan = plan(architecture, network, image.data().asFloat());
            plan.ifPresent(tasks::add);
            results.add(timings -> new NetworkResult(architecture, summary, timings.of(graph),
                    plan.map(task -> timings.of(graph + 1))));
        }
        Timings timings = benchmark.run(() -> tasks);
        return results.stream().map(result -> result.apply(timings)).toList();
    }

    private static Optional<Benchmark.Task> plan(Architecture architecture, ComputationGraph network, float[] image) {
        if (!(architecture instanceof ShuffleNetV2Variant variant)) {
            return Optional.empty();
        }
        int size = architecture.imageSize();
        List<String> classes = IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
        ImageClassifier classifier = ImageClassifier.of(ModelWeights.of(new TrainedModel(network,
                new ModelMetadata(variant, BlockLayout.TORCHVISION, CHANNELS, classes,
                        Preprocessing.torchvision(size, size), Map.of()))));
        float[] logits = new float[CLASSES];
        return Optional.of(() -> classifier.logits(image, 1, logits));
    }

    String name() {
        return architecture.networkName();
    }

    /** Such as ShuffleNetV2. */
    String family() {
        return architecture instanceof Enum<?> width
                ? width.getDeclaringClass().getSimpleName().replace("Variant", "") : name();
    }

    OptionalDouble top1Error() {
        return architecture.published().top1Error();
    }

    long memoryAccess() {
        return summary.total().memoryAccess();
    }
}
