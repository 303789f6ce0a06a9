package io.github.shufflenet4j;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.TrainedModel;

/** Networks with random weights and batch norm statistics, all of them different. */
public final class RandomModels {

    private RandomModels() {
    }

    public static TrainedModel of(ShuffleNetV2Variant variant, BlockLayout layout, int classes) {
        return of(variant, layout, classes, layout == BlockLayout.TORCHVISION);
    }

    public static TrainedModel of(ShuffleNetV2Variant variant, BlockLayout layout, int classes, boolean bias) {
        ComputationGraph network = ShuffleNetV2.builder().variant(variant).blockLayout(layout).numClasses(classes)
                .classifierBias(bias).inputShape(3, 64, 64).build().init();
        Random random = new Random(classes);
        for (Layer layer : network.getLayers()) {
            layer.paramTable().forEach((key, array) -> fill(key, array, random));
        }
        return new TrainedModel(network, new ModelMetadata(variant, layout, 3,
                IntStream.range(0, classes).mapToObj(i -> "class \"ä\" " + i).toList(),
                new Preprocessing(70, 64, Preprocessing.ChannelOrder.BGR, 0.5, List.of(1.0, 2.0, 3.0),
                        List.of(0.1, 0.2, 0.3)), Map.of("source", "a test", "line", "one\ntwo")));
    }

    private static void fill(String key, INDArray array, Random random) {
        float[] values = new float[(int) array.length()];
        // Weights that keep the size of activations through the layers. The classifier's are [in, out].
        long inputs = array.rank() == 2 ? array.size(0) : array.length() / array.size(0);
        double spread = key.equals("W") ? Math.sqrt(1.0 / inputs) : 0.2;
        for (int i = 0; i < values.length; i++) {
            boolean positive = key.equals("var") || key.equals("gamma");
            values[i] = (float) (positive ? 0.6 + 0.8 * random.nextDouble() : spread * random.nextGaussian());
        }
        array.assign(Nd4j.createFromArray(values).reshape('c', array.shape()));
    }
}
