package io.github.shufflenet4j.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Unit;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.UnitShape;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;

/**
 * The keys of ShuffleNet V2's parameters in the state dicts of a source, and the block layout of that source. Every
 * state dict is converted to the keys of the first scheme of its block layout, which is also the one that is written.
 */
public enum KeyScheme {

    /** torchvision's {@code shufflenet_v2_*}: {@code conv1.0.weight}, {@code stage2.0.branch1.0.weight}, ... */
    TORCHVISION(BlockLayout.TORCHVISION, Naming.SEQUENCE, "conv1.0", "conv5.0", "fc",
            place -> place.unit + ".branch" + place.branch + "." + place.torchPosition()),

    /** The authors' (megvii-model/ShuffleNet-Series): {@code first_conv.0.weight}, {@code features.0.branch_proj...} */
    MEGVII(BlockLayout.MEGVII, Naming.SEQUENCE, "first_conv.0", "conv_last.0", "classifier.0",
            place -> "features." + place.number + (place.branch == 1 ? ".branch_proj." : ".branch_main.")
                    + place.torchPosition()),

    /** OpenMMLab's mmpretrain and mmclassification, with torchvision's unit: {@code backbone.conv1.conv.weight}. */
    MMPRETRAIN(BlockLayout.TORCHVISION, Naming.MODULE, "backbone.conv1", "backbone.layers.3", "head.fc",
            place -> "backbone.layers." + (place.stage() - 2) + "." + place.positionInStage() + ".branch"
                    + place.branch + "." + place.index),

    /**
     * PaddleClas's, whose unit is torchvision's: {@code _conv1._conv.weight}, {@code 2_1._conv_dw_1._conv.weight}. Its
     * swish network has the same keys and shapes; nothing in a file tells it apart.
     */
    PADDLE(BlockLayout.TORCHVISION, Naming.PADDLE, "_conv1", "_last_conv", "_fc",
            place -> place.stage() + "_" + (place.positionInStage() + 1) + "."
                    + List.of("_conv_pw", "_conv_dw", "_conv_linear").get(place.index + (place.branch == 1 ? 1 : 0))
                    + (place.downsampling ? "_" + place.branch : ""));

    private final BlockLayout blockLayout;
    private final Naming naming;
    private final String first;
    private final String last;
    private final String classifier;
    private final Function<Place, String> unit;

    /** @param unit name of a convolution in a unit */
    KeyScheme(BlockLayout blockLayout, Naming naming, String first, String last, String classifier,
              Function<Place, String> unit) {
        this.blockLayout = blockLayout;
        this.naming = naming;
        this.first = first;
        this.last = last;
        this.classifier = classifier;
        this.unit = unit;
    }

    /** Suffixes to the name of a convolution, in the order of {@link Convolution}. */
    private enum Naming {
        /** A convolution in a sequence, followed by its batch norm. */
        SEQUENCE("", "", ".weight", ".bias", ".running_mean", ".running_var"),
        MODULE(".conv", ".bn", ".weight", ".bias", ".running_mean", ".running_var"),
        PADDLE("._conv", "._batch_norm", ".weight", ".bias", "._mean", "._variance");

        private final String convolution;
        private final String norm;
        private final List<String> normParameters;

        Naming(String convolution, String norm, String... normParameters) {
            this.convolution = convolution;
            this.norm = norm;
            this.normParameters = List.of(normParameters);
        }

        Convolution of(String layer, String name) {
            int dot = name.lastIndexOf('.');
            String normName = (this == SEQUENCE
                    ? name.substring(0, dot + 1) + (Integer.parseInt(name.substring(dot + 1)) + 1) : name) + norm;
            List<String> keys = normParameters.stream().map(normName::concat).toList();
            return new Convolution(layer, name + convolution + ".weight", keys.get(0), keys.get(1), keys.get(2),
                    keys.get(3));
        }
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

        /** All keys, in the order of the components. */
        public List<String> keys() {
            return List.of(weight, gamma, beta, mean, variance);
        }
    }

    /**
     * Where a convolution of a unit is.
     *
     * @param unit         name of its unit, such as {@code stage2.0}
     * @param number       number of its unit in the network, from 0
     * @param downsampling whether the unit has a projection
     * @param branch       1 for the projection, 2 for the main branch
     * @param index        number in the branch, from 0
     */
    private record Place(String unit, int number, boolean downsampling, int branch, int index) {

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

    /** The block layout of the source's networks. */
    public BlockLayout blockLayout() {
        return blockLayout;
    }

    /** The scheme that networks of this block layout are read into and written as. */
    public static KeyScheme of(BlockLayout layout) {
        return Stream.of(values()).filter(scheme -> scheme.blockLayout == layout).findFirst().orElseThrow();
    }

    /** The scheme of a state dict with these keys, if it is a known one. */
    public static Optional<KeyScheme> recognise(Set<String> keys) {
        return Arrays.stream(values())
                .filter(scheme -> keys.contains(scheme.firstKey()) && keys.contains(scheme.lastConvolutionKey()))
                .findFirst();
    }

    String firstKey() {
        return naming.of(ShuffleNetV2.CONV1, first).weight;
    }

    String lastConvolutionKey() {
        return naming.of(ShuffleNetV2.CONV5, last).weight;
    }

    public String classifierWeightKey() {
        return classifier + ".weight";
    }

    public String classifierBiasKey() {
        return classifier + ".bias";
    }

    /** Whether the classifier's weights are [features, classes] instead of [classes, features]. */
    boolean classifierInputsFirst() {
        return this == PADDLE;
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

    /** The keys of all tensors, each by its key in the scheme that is written, in the order of the network. */
    Map<String, String> byWrittenKey(ShuffleNetV2Variant variant) {
        Iterator<String> own = keys(variant).iterator();
        Map<String, String> byWrittenKey = new LinkedHashMap<>();
        of(blockLayout).keys(variant).forEach(key -> byWrittenKey.put(key, own.next()));
        return byWrittenKey;
    }

    private List<String> keys(ShuffleNetV2Variant variant) {
        return Stream.concat(convolutions(variant).stream().flatMap(convolution -> convolution.keys().stream()),
                Stream.of(classifierWeightKey(), classifierBiasKey())).toList();
    }

    /** Every convolution of the network, in order. */
    public List<Convolution> convolutions(ShuffleNetV2Variant variant) {
        List<Convolution> result = new ArrayList<>();
        result.add(naming.of(ShuffleNetV2.CONV1, first));
        List<UnitShape> units = variant.units(blockLayout);
        for (int number = 0; number < units.size(); number++) {
            UnitShape shape = units.get(number);
            if (shape.hasProjection()) {
                add(result, shape, number, 1, ShuffleNetV2Unit.BRANCH1_DEPTHWISE, ShuffleNetV2Unit.BRANCH1_POINTWISE);
            }
            add(result, shape, number, 2, ShuffleNetV2Unit.BRANCH2_POINTWISE1, ShuffleNetV2Unit.BRANCH2_DEPTHWISE,
                    ShuffleNetV2Unit.BRANCH2_POINTWISE2);
        }
        result.add(naming.of(ShuffleNetV2.CONV5, last));
        return result;
    }

    private void add(List<Convolution> result, UnitShape shape, int number, int branch, String... layers) {
        for (int index = 0; index < layers.length; index++) {
            result.add(naming.of(shape.name() + layers[index],
                    unit.apply(new Place(shape.name(), number, shape.hasProjection(), branch, index))));
        }
    }

    /** Every convolution by its layer's name, in the order of the network. */
    public Map<String, Convolution> convolutionsByLayer(ShuffleNetV2Variant variant) {
        Map<String, Convolution> byLayer = new LinkedHashMap<>();
        convolutions(variant).forEach(convolution -> byLayer.put(convolution.layer, convolution));
        return byLayer;
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
            convolution.keys().forEach(key -> shapes.put(key, new int[] {form.outputs()}));
            shapes.put(convolution.weight, form.weightShape());
        }
        shapes.put(classifierWeightKey(), new int[] {classes, variant.conv5Channels()});
        if (classifierBias) {
            shapes.put(classifierBiasKey(), new int[] {classes});
        }
        return shapes;
    }
}
