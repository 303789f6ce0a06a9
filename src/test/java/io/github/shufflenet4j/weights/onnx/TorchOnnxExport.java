package io.github.shufflenet4j.weights.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.NetworkWeights;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.onnx.OnnxBuilder.Precision;

/**
 * Writes a network as PyTorch's exporters write torchvision's and the authors' code: operation by operation as that
 * code reads, with names that say nothing. It shares nothing with the writer and the reader that are tested.
 */
public final class TorchOnnxExport {

    /** What an exporter may do in one way or another. */
    public record Style(boolean folded, boolean openSizes, boolean slices, boolean globalPool, boolean matMul,
                 Precision precision) {
    }

    private final OnnxBuilder onnx = new OnnxBuilder();
    private final Map<String, Tensor> weights;
    private final Style style;
    private final int size;
    private final int batch;
    private int anonymous = 1139;

    private TorchOnnxExport(TrainedModel model, Style style, int batch, int size) {
        this.weights = NetworkWeights.tensors(model);
        this.style = style;
        this.batch = batch;
        this.size = size;
    }

    public static OnnxBuilder write(TrainedModel model, Style style, int batch, int size) {
        TorchOnnxExport export = new TorchOnnxExport(model, style, batch, size);
        long open = style.openSizes ? -1 : size;
        export.onnx.input("images", style.openSizes ? -1 : batch, 3, open, open);
        String logits = model.metadata().blockLayout() == BlockLayout.TORCHVISION
                ? export.torchvision(model.metadata().variant()) : export.megvii(model.metadata().variant());
        export.onnx.output(logits, style.openSizes ? -1 : batch, model.metadata().classNames().size());
        return export.onnx;
    }

    private String torchvision(ShuffleNetV2Variant variant) {
        int side = size / 4;
        String x = maxPool(conv("images", "conv1", 0, 3, 2, 1, true));
        int channels = variant.conv1Channels();
        for (ShuffleNetV2Variant.Stage stage : variant.stages()) {
            int half = stage.channels() / 2;
            side = (side + 1) / 2;
            for (int unit = 0; unit < stage.units(); unit++) {
                String prefix = stage.name() + "." + unit;
                String first;
                String main;
                if (unit == 0) {
                    first = projection(x, prefix + ".branch1", channels);
                    main = x;
                } else {
                    String[] chunks = chunk(x, stage.channels());
                    first = chunks[0];
                    main = chunks[1];
                }
                String second = main(main, prefix + ".branch2", half, unit == 0 ? 2 : 1);
                x = shuffle(onnx.node("Concat", new Object[] {first, second}, "axis", 1), stage.channels(), side);
            }
            channels = stage.channels();
        }
        x = conv(x, "conv5", 0, 1, 1, 1, true);
        x = style.globalPool ? onnx.node("Flatten", new Object[] {onnx.node("GlobalAveragePool", new Object[] {x})},
                "axis", 1) : onnx.node("ReduceMean", new Object[] {x}, "axes", new long[] {-2, -1}, "keepdims", 0);
        return classifier(x, "fc");
    }

    private String megvii(ShuffleNetV2Variant variant) {
        int side = size / 4;
        String x = maxPool(conv("images", "first_conv", 0, 3, 2, 1, true));
        int channels = variant.conv1Channels();
        int feature = 0;
        for (ShuffleNetV2Variant.Stage stage : variant.stages()) {
            for (int unit = 0; unit < stage.units(); unit++) {
                String prefix = "features." + feature++;
                String first = x;
                String main = x;
                if (unit == 0) {
                    first = projection(x, prefix + ".branch_proj", channels);
                    side = (side + 1) / 2;
                } else {
                    // channel_shuffle of the authors' blocks.py, line by line.
                    String flat = onnx.node("Reshape", new Object[] {x,
                        onnx.constant((long) batch * stage.channels() / 2, 2, (long) side * side)});
                    String turned = onnx.node("Transpose", new Object[] {flat}, "perm", new long[] {1, 0, 2});
                    String pair = onnx.node("Reshape", new Object[] {turned,
                        onnx.constant(2, -1, stage.channels() / 2, side, side)});
                    first = onnx.node("Gather", new Object[] {pair, onnx.scalar(0)}, "axis", 0);
                    main = onnx.node("Gather", new Object[] {pair, onnx.scalar(1)}, "axis", 0);
                }
                String second = main(main, prefix + ".branch_main", stage.channels() / 2, unit == 0 ? 2 : 1);
                x = onnx.node("Concat", new Object[] {first, second}, "axis", 1);
            }
            channels = stage.channels();
        }
        x = conv(x, "conv_last", 0, 1, 1, 1, true);
        x = onnx.node("AveragePool", new Object[] {x}, "kernel_shape", new long[] {side, side},
                "strides", new long[] {side, side});
        x = onnx.node("Reshape", new Object[] {x, onnx.constant(-1, variant.conv5Channels())});
        return classifier(x, "classifier.0");
    }

    private String projection(String x, String prefix, int channels) {
        return conv(conv(x, prefix, 0, 3, 2, channels, false), prefix, 2, 1, 1, 1, true);
    }

    private String main(String x, String prefix, int channels, int stride) {
        x = conv(x, prefix, 0, 1, 1, 1, true);
        x = conv(x, prefix, 3, 3, stride, channels, false);
        return conv(x, prefix, 5, 1, 1, 1, true);
    }

    private String conv(String x, String sequence, int position, int kernel, int stride, int groups, boolean relu) {
        Tensor weight = weights.get(sequence + "." + position + ".weight");
        String norm = sequence + "." + (position + 1);
        List<Object> inputs = new ArrayList<>(List.of(x));
        if (style.folded) {
            int outputs = weight.shape()[0];
            float[] folded = weight.data().clone();
            float[] bias = new float[outputs];
            for (int o = 0; o < outputs; o++) {
                double scale = weights.get(norm + ".weight").data()[o]
                        / Math.sqrt(weights.get(norm + ".running_var").data()[o] + 1e-5);
                for (int i = 0; i < folded.length / outputs; i++) {
                    folded[o * (folded.length / outputs) + i] *= (float) scale;
                }
                bias[o] = (float) (weights.get(norm + ".bias").data()[o]
                        - weights.get(norm + ".running_mean").data()[o] * scale);
            }
            inputs.add(add(new Tensor(weight.shape(), folded)));
            inputs.add(add(new Tensor(new int[] {outputs}, bias)));
        } else {
            inputs.add(add(weight));
        }
        long pad = kernel / 2;
        x = onnx.node("Conv", inputs.toArray(), "dilations", new long[] {1, 1}, "group", groups,
                "kernel_shape", new long[] {kernel, kernel}, "pads", new long[] {pad, pad, pad, pad},
                "strides", new long[] {stride, stride});
        if (!style.folded) {
            x = onnx.node("BatchNormalization", new Object[] {x, add(weights.get(norm + ".weight")),
                add(weights.get(norm + ".bias")), add(weights.get(norm + ".running_mean")),
                add(weights.get(norm + ".running_var"))}, "epsilon", 1e-5f, "momentum", 0.9f, "training_mode", 0);
        }
        return relu ? onnx.node("Relu", new Object[] {x}) : x;
    }

    private String add(Tensor tensor) {
        return onnx.initializer("onnx::Conv_" + anonymous++, style.precision, tensor);
    }

    private String maxPool(String x) {
        return onnx.node("MaxPool", new Object[] {x}, "ceil_mode", 0, "kernel_shape", new long[] {3, 3},
                "pads", new long[] {1, 1, 1, 1}, "strides", new long[] {2, 2});
    }

    /** {@code x.chunk(2, dim=1)}. */
    private String[] chunk(String x, int channels) {
        if (!style.slices) {
            return onnx.nodes("Split", 2, new Object[] {x, onnx.constant(channels / 2, channels / 2)}, "axis", 1);
        }
        if (!style.openSizes) {
            return new String[] {slice(x, onnx.constant(0), onnx.constant(channels / 2)),
                slice(x, onnx.constant(channels / 2), onnx.constant(Long.MAX_VALUE))};
        }
        String shape = onnx.node("Shape", new Object[] {x});
        String count = onnx.node("Gather", new Object[] {shape, onnx.constant(1)}, "axis", 0);
        String part = onnx.node("Div", new Object[] {onnx.node("Add", new Object[] {count, onnx.scalar(1)}),
            onnx.scalar(2)});
        String first = onnx.node("Mul", new Object[] {part, onnx.scalar(1)});
        return new String[] {slice(x, onnx.constant(0), first),
            slice(x, first, onnx.node("Mul", new Object[] {part, onnx.scalar(2)}))};
    }

    private String slice(String x, String from, String to) {
        return onnx.node("Slice", new Object[] {x, from, to, onnx.constant(1)});
    }

    /** torchvision's {@code channel_shuffle(x, 2)}. */
    private String shuffle(String x, int channels, int side) {
        String grouped;
        String plain;
        if (style.openSizes) {
            String[] sizes = new String[4];
            for (int axis = 0; axis < 4; axis++) {
                String shape = onnx.node("Shape", new Object[] {x});
                sizes[axis] = onnx.node("Gather", new Object[] {shape, onnx.scalar(axis)}, "axis", 0);
            }
            String part = row(onnx.node("Div", new Object[] {sizes[1], onnx.scalar(2)}));
            grouped = onnx.node("Concat", new Object[] {row(sizes[0]), onnx.constant(2), part, row(sizes[2]),
                row(sizes[3])}, "axis", 0);
            plain = onnx.node("Concat", new Object[] {row(sizes[0]), onnx.constant(-1), row(sizes[2]), row(sizes[3])},
                    "axis", 0);
        } else {
            grouped = onnx.constant(batch, 2, channels / 2, side, side);
            plain = onnx.constant(batch, -1, side, side);
        }
        String five = onnx.node("Reshape", new Object[] {x, grouped}, "allowzero", 0);
        String turned = onnx.node("Transpose", new Object[] {five}, "perm", new long[] {0, 2, 1, 3, 4});
        return onnx.node("Reshape", new Object[] {turned, plain}, "allowzero", 0);
    }

    private String row(String scalar) {
        return onnx.node("Unsqueeze", new Object[] {scalar, onnx.constant(0)});
    }

    private String classifier(String x, String key) {
        Tensor weight = weights.get(key + ".weight");
        Tensor bias = weights.get(key + ".bias");
        if (!style.matMul) {
            Object[] inputs = bias == null ? new Object[] {x, add(weight)} : new Object[] {x, add(weight), add(bias)};
            return onnx.node("Gemm", inputs, "alpha", 1f, "beta", 1f, "transB", 1);
        }
        int classes = weight.shape()[0];
        int features = weight.shape()[1];
        float[] turned = new float[classes * features];
        for (int i = 0; i < turned.length; i++) {
            turned[i] = weight.data()[i % classes * features + i / classes];
        }
        x = onnx.node("MatMul", new Object[] {x, add(new Tensor(new int[] {features, classes}, turned))});
        return bias == null ? x : onnx.node("Add", new Object[] {add(bias), x});
    }
}
