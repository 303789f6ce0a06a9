package io.github.shufflenet4j.model.cost;

/**
 * What the paper's first two guidelines say of the memory access of a 1x1 convolution, in elements. {@code B} is its
 * number of multiply-adds.
 */
public final class MemoryBounds {

    private MemoryBounds() {
    }

    /**
     * Guideline 1 (equation 2): no 1x1 convolution with that many multiply-adds accesses less memory than
     * {@code 2 sqrt(hw B) + B / hw}, which it does where it has as many channels out as in.
     *
     * @param pixels {@code h w}
     * @param macs   {@code B}
     */
    public static double least(long pixels, long macs) {
        return 2 * Math.sqrt((double) pixels * macs) + (double) macs / pixels;
    }

    /**
     * Guideline 2 (equation 3): memory access of a 1x1 convolution with groups, {@code hw c1 + B g / c1 + B / hw}. It
     * grows with the number of groups where the input and the multiply-adds stay.
     *
     * @param pixels {@code h w}
     * @param inputs {@code c1}
     * @param groups {@code g}
     * @param macs   {@code B}
     */
    public static double grouped(long pixels, long inputs, int groups, long macs) {
        return (double) pixels * inputs + (double) macs * groups / inputs + (double) macs / pixels;
    }
}
