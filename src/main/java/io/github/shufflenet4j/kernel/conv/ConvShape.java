package io.github.shufflenet4j.kernel.conv;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;

/**
 * The shape of a two-dimensional convolution without bias: square kernel, the same stride and zero padding on both
 * axes. Weights are {@code [outChannels, inChannels / groups, kernel, kernel]}, activations
 * {@code [batch, channels, height, width]}.
 *
 * @param inChannels  channels of the input
 * @param outChannels channels of the output
 * @param kernel      side of the kernel, in pixels
 * @param stride      step, in pixels
 * @param padding     zeros added at each border, in pixels
 * @param groups      number of groups; equal to both channel counts for a depthwise convolution
 * @param inHeight    height of the input, in pixels
 * @param inWidth     width of the input, in pixels
 */
public record ConvShape(int inChannels, int outChannels, int kernel, int stride, int padding, int groups,
                        int inHeight, int inWidth) {

    /** @throws IllegalArgumentException if a value is out of range, or the output would be empty */
    public ConvShape {
        Checks.atLeast("input channels", inChannels, 1);
        Checks.atLeast("output channels", outChannels, 1);
        Checks.atLeast("kernel", kernel, 1);
        Checks.atLeast("stride", stride, 1);
        Checks.atLeast("groups", groups, 1);
        Checks.atLeast("input height", inHeight, 1);
        Checks.atLeast("input width", inWidth, 1);
        Checks.atLeast("padding", padding, 0);
        Validate.isTrue(inChannels % groups == 0 && outChannels % groups == 0,
                "channels %s and %s do not divide into groups: %s", inChannels, outChannels, groups);
        Validate.isTrue(Math.min(inHeight, inWidth) + 2 * padding >= kernel,
                "kernel %s exceeds the padded input: %s x %s, padding %s", kernel, inHeight, inWidth, padding);
    }

    /** A 1x1 convolution over all channels. */
    public static ConvShape pointwise(int inChannels, int outChannels, int height, int width) {
        return new ConvShape(inChannels, outChannels, 1, 1, 0, 1, height, width);
    }

    /** A 3x3 convolution, padded by one pixel, of every channel by itself. */
    public static ConvShape depthwise(int channels, int stride, int height, int width) {
        return new ConvShape(channels, channels, 3, stride, 1, channels, height, width);
    }

    /** A 3x3 convolution over all channels, padded by one pixel. */
    public static ConvShape full(int inChannels, int outChannels, int stride, int height, int width) {
        return new ConvShape(inChannels, outChannels, 3, stride, 1, 1, height, width);
    }

    /** Height of the output, in pixels. */
    public int outHeight() {
        return (inHeight + 2 * padding - kernel) / stride + 1;
    }

    /** Width of the output, in pixels. */
    public int outWidth() {
        return (inWidth + 2 * padding - kernel) / stride + 1;
    }

    /** Number of weights. */
    public int weights() {
        return outChannels * patch();
    }

    /** Number of inputs that one output is a sum over. */
    int patch() {
        return inChannels / groups * kernel * kernel;
    }

    int inPlane() {
        return inHeight * inWidth;
    }

    int outPlane() {
        return outHeight() * outWidth();
    }

    /** Whether this is a 3x3 convolution of every channel by itself, padded by 1. */
    boolean isDepthwise() {
        return groups == inChannels && groups == outChannels && kernel == 3 && padding == 1;
    }
}
