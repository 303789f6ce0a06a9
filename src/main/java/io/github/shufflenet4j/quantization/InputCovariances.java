package io.github.shufflenet4j.quantization;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;

/** The covariances of the inputs of all layers. */
final class InputCovariances implements FloatArithmetic.Observer {

    /** By layer, one for each group. */
    private final Map<String, List<InputCovariance>> layers = new HashMap<>();

    /** @param features number of the classifier's inputs */
    InputCovariances(List<ConvolutionShape> shapes, int features) {
        for (ConvolutionShape shape : shapes) {
            int size = shape.inputs() / shape.groups() * shape.kernel() * shape.kernel();
            layers.put(shape.layer(), Stream.generate(() -> new InputCovariance(size)).limit(shape.groups()).toList());
        }
        layers.put(ShuffleNetV2.FC, List.of(new InputCovariance(features)));
    }

    @Override
    public void observe(String layer, List<Plane> outputs) {
        if (layer.equals(ShuffleNetV2.POOL)) {
            float[] features = new float[outputs.size()];
            for (int i = 0; i < features.length; i++) {
                features[i] = outputs.get(i).values()[0];
            }
            layers.get(ShuffleNetV2.FC).get(0).add(features);
        }
    }

    @Override
    public void observeInputs(ConvolutionShape shape, List<Plane> inputs) {
        List<InputCovariance> groups = layers.get(shape.layer());
        for (int group = 0; group < groups.size(); group++) {
            groups.get(group).add(shape, inputs, group);
        }
    }

    /** How to round each layer's weights, one for each group. */
    Map<String, List<WeightRounding>> roundings() {
        Map<String, List<WeightRounding>> roundings = new HashMap<>();
        layers.forEach((layer, groups) -> roundings.put(layer,
                groups.stream().map(group -> new WeightRounding(group.matrix())).toList()));
        return roundings;
    }
}
