package io.github.shufflenet4j.model.architecture;

/**
 * A convolution of the network with its batch norm and activation; padding keeps the centre of the window inside.
 *
 * @param layer   its name
 * @param inputs  channels in
 * @param outputs channels out
 * @param kernel  side of the window: 1 or 3
 * @param stride  1 or 2
 * @param groups  1, or as many as channels for a depthwise convolution
 * @param relu    whether ReLU is behind it
 */
public record ConvolutionShape(String layer, int inputs, int outputs, int kernel, int stride, int groups,
                               boolean relu) {

    public static ConvolutionShape full(String layer, int inputs, int outputs, int kernel, int stride) {
        return new ConvolutionShape(layer, inputs, outputs, kernel, stride, 1, true);
    }

    public static ConvolutionShape pointwise(String layer, int inputs, int outputs) {
        return full(layer, inputs, outputs, 1, 1);
    }

    public static ConvolutionShape depthwise(String layer, int channels, int stride) {
        return new ConvolutionShape(layer, channels, channels, 3, stride, channels, false);
    }

    /** The same without ReLU. */
    public ConvolutionShape linear() {
        return new ConvolutionShape(layer, inputs, outputs, kernel, stride, groups, false);
    }

    /** {@code [outputs, inputs / groups, kernel, kernel]}. */
    public int[] weightShape() {
        return new int[] {outputs, inputs / groups, kernel, kernel};
    }
}
