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
import io.github.shufflenet4j.model.ConvolutionShape;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Unit;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.UnitShape;

/** How a source names the parameters of ShuffleNet V2 in its state dicts, and which block layout these belong to. */
public enum KeyScheme {

    /** torchvision's {@code shufflenet_v2_*}: {@code conv1.0.weight}, {@code stage2.0.branch1.0.weight}, ... */
    TORCHVISION(BlockLayout.TORCHVISION, "conv1", "conv5", "fc") {
        @Override
        String branch(String unit, int number, int branch) {
            return unit + ".branch" + branch;
        }
    },

    /** The authors' (megvii-model/ShuffleNet-Series): {@code first_conv.0.weight}, {@code features.0.branch_proj...} */
    MEGVII(BlockLayout.MEGVII, "first_conv", "conv_last", "classifier.0") {
        @Override
        String branch(String unit, int number, int branch) {
            return "features." + number + (branch == 1 ? ".branch_proj" : ".branch_main");
        }
    };

    private final BlockLayout blockLayout;
    private final String conv1;
    private final String conv5;
    private final String classifier;

    KeyScheme(BlockLayout blockLayout, String conv1, String conv5, String classifier) {
        this.blockLayout = blockLayout;
        this.conv1 = conv1;
        this.conv5 = conv5;
        this.classifier = classifier;
    }

    /**
     * A convolution with its batch norm.
     *
     * @param layer       name of the {@code ConvNormActivation} in the network
     * @param convolution prefix of the convolution's key
     * @param batchNorm   prefix of the batch norm's keys
     */
    record Convolution(String layer, String convolution, String batchNorm) {

        /** Key of the convolution's weights, [out, in / groups, kernel, kernel]. */
        String weight() {
            return convolution + ".weight";
        }

        /** Key of batch norm's scale, [out]. */
        String gamma() {
            return batchNorm + ".weight";
        }

        /** Key of batch norm's shift, [out]. */
        String beta() {
            return batchNorm + ".bias";
        }

        /** Key of the running mean, [out]. */
        String mean() {
            return batchNorm + ".running_mean";
        }

        /** Key of the running variance, [out]. */
        String variance() {
            return batchNorm + ".running_var";
        }
    }

    /** Prefix of the keys of branch 1 (projection) or 2 (main branch) of a unit, which is called by name or number. */
    abstract String branch(String unit, int number, int branch);

    /** The block layout whose weights these are. */
    public BlockLayout blockLayout() {
        return blockLayout;
    }

    /** The scheme of the source whose block layout this is. */
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
        return conv1 + ".0.weight";
    }

    String lastConvolutionKey() {
        return conv5 + ".0.weight";
    }

    String classifierWeightKey() {
        return classifier + ".weight";
    }

    String classifierBiasKey() {
        return classifier + ".bias";
    }

    /** Every convolution of the network, in order. */
    List<Convolution> convolutions(ShuffleNetV2Variant variant) {
        List<Convolution> result = new ArrayList<>();
        add(result, ShuffleNetV2.CONV1, conv1, 0);
        List<UnitShape> units = variant.units(blockLayout);
        for (int number = 0; number < units.size(); number++) {
            UnitShape unit = units.get(number);
            if (unit.isDownsampling()) {
                String projection = branch(unit.name(), number, 1);
                add(result, unit.name() + ShuffleNetV2Unit.BRANCH1_DEPTHWISE, projection, 0);
                add(result, unit.name() + ShuffleNetV2Unit.BRANCH1_POINTWISE, projection, 2);
            }
            // Between the first two convolutions of the main branch lies a ReLU, which takes a number.
            String main = branch(unit.name(), number, 2);
            add(result, unit.name() + ShuffleNetV2Unit.BRANCH2_POINTWISE1, main, 0);
            add(result, unit.name() + ShuffleNetV2Unit.BRANCH2_DEPTHWISE, main, 3);
            add(result, unit.name() + ShuffleNetV2Unit.BRANCH2_POINTWISE2, main, 5);
        }
        add(result, ShuffleNetV2.CONV5, conv5, 0);
        return result;
    }

    /** The shape of every tensor of a network, by key, in the order of the network. */
    Map<String, int[]> shapes(ShuffleNetV2Variant variant, int inputChannels, int classes, boolean classifierBias) {
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

    private static void add(List<Convolution> list, String layer, String sequence, int position) {
        list.add(new Convolution(layer, sequence + "." + position, sequence + "." + (position + 1)));
    }
}
