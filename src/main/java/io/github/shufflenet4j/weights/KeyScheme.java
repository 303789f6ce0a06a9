package io.github.shufflenet4j.weights;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Unit;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.UnitShape;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;

/**
 * How a source names the parameters of ShuffleNet V2 in its state dicts, and which block layout these belong to. The
 * first of a block layout is the one that everything is read into and written as.
 */
public enum KeyScheme {

    /** torchvision's {@code shufflenet_v2_*}: {@code conv1.0.weight}, {@code stage2.0.branch1.0.weight}, ... */
    TORCHVISION(BlockLayout.TORCHVISION, "fc", false) {
        @Override
        Convolution first() {
            return Convolution.inSequence(ShuffleNetV2.CONV1, "conv1", 0);
        }

        @Override
        Convolution unit(Place place) {
            return Convolution.inSequence(place.layer, place.unit + ".branch" + place.branch, place.torchPosition());
        }

        @Override
        Convolution last() {
            return Convolution.inSequence(ShuffleNetV2.CONV5, "conv5", 0);
        }
    },

    /** The authors' (megvii-model/ShuffleNet-Series): {@code first_conv.0.weight}, {@code features.0.branch_proj...} */
    MEGVII(BlockLayout.MEGVII, "classifier.0", false) {
        @Override
        Convolution first() {
            return Convolution.inSequence(ShuffleNetV2.CONV1, "first_conv", 0);
        }

        @Override
        Convolution unit(Place place) {
            return Convolution.inSequence(place.layer,
                    "features." + place.number + (place.branch == 1 ? ".branch_proj" : ".branch_main"),
                    place.torchPosition());
        }

        @Override
        Convolution last() {
            return Convolution.inSequence(ShuffleNetV2.CONV5, "conv_last", 0);
        }
    },

    /**
     * OpenMMLab's mmpretrain (and mmclassification), whose unit is torchvision's: {@code backbone.conv1.conv.weight}.
     */
    MMPRETRAIN(BlockLayout.TORCHVISION, "head.fc", false) {
        @Override
        Convolution first() {
            return module(ShuffleNetV2.CONV1, "backbone.conv1");
        }

        @Override
        Convolution unit(Place place) {
            return module(place.layer, "backbone.layers." + (place.stage() - FIRST_STAGE) + "."
                    + place.positionInStage() + ".branch" + place.branch + "." + place.index);
        }

        @Override
        Convolution last() {
            return module(ShuffleNetV2.CONV5, "backbone.layers.3");
        }

        private Convolution module(String layer, String prefix) {
            return Convolution.inTorch(layer, prefix + ".conv", prefix + ".bn");
        }
    },

    /**
     * PaddleClas's, whose unit is torchvision's: {@code _conv1._conv.weight}, {@code 2_1._conv_dw_1._conv.weight}. Its
     * swish network has the same keys and shapes; nothing in a file tells it apart.
     */
    PADDLE(BlockLayout.TORCHVISION, "_fc", true) {
        @Override
        Convolution first() {
            return layer(ShuffleNetV2.CONV1, "_conv1");
        }

        @Override
        Convolution unit(Place place) {
            String kind = (place.branch == 1 ? List.of("_conv_dw", "_conv_linear")
                    : List.of("_conv_pw", "_conv_dw", "_conv_linear")).get(place.index);
            return layer(place.layer, place.stage() + "_" + (place.positionInStage() + 1) + "." + kind
                    + (place.downsampling ? "_" + place.branch : ""));
        }

        @Override
        Convolution last() {
            return layer(ShuffleNetV2.CONV5, "_last_conv");
        }

        private Convolution layer(String layer, String prefix) {
            String norm = prefix + "._batch_norm.";
            return new Convolution(layer, prefix + "._conv.weight", norm + "weight", norm + "bias", norm + "_mean",
                    norm + "_variance");
        }
    };

    private static final int FIRST_STAGE = 2;

    private final BlockLayout blockLayout;
    private final String classifier;
    private final boolean classifierInputsFirst;

    KeyScheme(BlockLayout blockLayout, String classifier, boolean classifierInputsFirst) {
        this.blockLayout = blockLayout;
        this.classifier = classifier;
        this.classifierInputsFirst = classifierInputsFirst;
    }

    /**
     * A convolution with its batch norm.
     *
     * @param layer    name of the {@code ConvNormActivation} in the network
     * @param weight   key of the convolution's weights, [out, in / groups, kernel, kernel]
     * @param gamma    key of batch norm's scale, [out]
     * @param beta     key of batch norm's shift, [out]
     * @param mean     key of the running mean, [out]
     * @param variance key of the running variance, [out]
     */
    public record Convolution(String layer, String weight, String gamma, String beta, String mean, String variance) {

        private static Convolution inTorch(String layer, String convolution, String batchNorm) {
            return new Convolution(layer, convolution + ".weight", batchNorm + ".weight", batchNorm + ".bias",
                    batchNorm + ".running_mean", batchNorm + ".running_var");
        }

        private static Convolution inSequence(String layer, String sequence, int position) {
            return inTorch(layer, sequence + "." + position, sequence + "." + (position + 1));
        }
    }

    /**
     * Where a convolution is.
     *
     * @param layer        its name in the network
     * @param unit         name of its unit, such as {@code stage2.0}
     * @param number       number of its unit in the network, from 0
     * @param downsampling whether the unit has a projection
     * @param branch       1 for the projection, 2 for the main branch
     * @param index        number in the branch, from 0
     */
    private record Place(String layer, String unit, int number, boolean downsampling, int branch, int index) {

        /** In a sequence of convolutions, batch norms and activations; a depthwise convolution has no activation. */
        int torchPosition() {
            return branch == 1 ? 2 * index : index == 0 ? 0 : 2 * index + 1;
        }

        int stage() {
            return Integer.parseInt(unit.substring("stage".length(), unit.indexOf('.')));
        }

        int positionInStage() {
            return Integer.parseInt(unit.substring(unit.indexOf('.') + 1));
        }
    }

    abstract Convolution first();

    abstract Convolution unit(Place place);

    abstract Convolution last();

    /** The block layout whose weights these are. */
    public BlockLayout blockLayout() {
        return blockLayout;
    }

    /** The scheme that networks of this block layout are read into and written as. */
    public static KeyScheme of(BlockLayout layout) {
        return Stream.of(values()).filter(scheme -> scheme.blockLayout == layout).findFirst().orElseThrow();
    }

    /** The scheme of a state dict with these keys, if it is a known one. */
    public static Optional<KeyScheme> recognise(Set<String> keys) {
        for (KeyScheme scheme : values()) {
            if (keys.contains(scheme.firstKey()) && keys.contains(scheme.lastConvolutionKey())) {
                return Optional.of(scheme);
            }
        }
        return Optional.empty();
    }

    String firstKey() {
        return first().weight();
    }

    String lastConvolutionKey() {
        return last().weight();
    }

    public String classifierWeightKey() {
        return classifier + ".weight";
    }

    public String classifierBiasKey() {
        return classifier + ".bias";
    }

    /** Whether the classifier's weights are [features, classes] instead of [classes, features]. */
    boolean classifierInputsFirst() {
        return classifierInputsFirst;
    }

    /** The keys of batch norm's counters, each by the key that it follows in a state dict of PyTorch's. */
    Map<String, String> counters(ShuffleNetV2Variant variant) {
        Map<String, String> counters = new LinkedHashMap<>();
        for (Convolution convolution : convolutions(variant)) {
            counters.put(convolution.variance,
                    convolution.gamma.substring(0, convolution.gamma.lastIndexOf('.')) + DType.COUNTER_SUFFIX);
        }
        return counters;
    }

    /** What this block layout's own scheme calls the tensors of this one, in the order of the network. */
    Map<String, String> byOwnKey(ShuffleNetV2Variant variant) {
        Map<String, String> keys = new LinkedHashMap<>();
        Iterator<Convolution> own = of(blockLayout).convolutions(variant).iterator();
        for (Convolution here : convolutions(variant)) {
            Convolution there = own.next();
            keys.put(there.weight, here.weight);
            keys.put(there.gamma, here.gamma);
            keys.put(there.beta, here.beta);
            keys.put(there.mean, here.mean);
            keys.put(there.variance, here.variance);
        }
        keys.put(of(blockLayout).classifierWeightKey(), classifierWeightKey());
        keys.put(of(blockLayout).classifierBiasKey(), classifierBiasKey());
        return keys;
    }

    /** Every convolution of the network, in order. */
    public List<Convolution> convolutions(ShuffleNetV2Variant variant) {
        List<Convolution> result = new ArrayList<>();
        result.add(first());
        List<UnitShape> units = variant.units(blockLayout);
        for (int number = 0; number < units.size(); number++) {
            UnitShape unit = units.get(number);
            if (unit.hasProjection()) {
                add(result, unit, number, 1, ShuffleNetV2Unit.BRANCH1_DEPTHWISE, ShuffleNetV2Unit.BRANCH1_POINTWISE);
            }
            add(result, unit, number, 2, ShuffleNetV2Unit.BRANCH2_POINTWISE1, ShuffleNetV2Unit.BRANCH2_DEPTHWISE,
                    ShuffleNetV2Unit.BRANCH2_POINTWISE2);
        }
        result.add(last());
        return result;
    }

    private void add(List<Convolution> result, UnitShape unit, int number, int branch, String... layers) {
        for (int index = 0; index < layers.length; index++) {
            result.add(unit(new Place(unit.name() + layers[index], unit.name(), number, unit.hasProjection(), branch,
                    index)));
        }
    }

    /**
     * The shape of every tensor of a network, by key, in the order of the network; the classifier [classes, features].
     */
    public Map<String, int[]> shapes(ShuffleNetV2Variant variant, int inputChannels, int classes,
                                     boolean classifierBias) {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        Iterator<ConvolutionShape> forms = variant.convolutions(blockLayout, inputChannels).iterator();
        for (Convolution convolution : convolutions(variant)) {
            ConvolutionShape form = forms.next();
            int[] perOutput = {form.outputs()};
            shapes.put(convolution.weight(), form.weightShape());
            shapes.put(convolution.gamma(), perOutput);
            shapes.put(convolution.beta(), perOutput);
            shapes.put(convolution.mean(), perOutput);
            shapes.put(convolution.variance(), perOutput);
        }
        shapes.put(classifierWeightKey(), new int[] {classes, variant.conv5Channels()});
        if (classifierBias) {
            shapes.put(classifierBiasKey(), new int[] {classes});
        }
        return shapes;
    }
}
