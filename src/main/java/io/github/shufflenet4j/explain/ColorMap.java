package io.github.shufflenet4j.explain;

/**
 * Moreland's diverging colour map "cool to warm" (Diverging Color Maps for Scientific Visualization, 2009): blue for
 * negative, grey for zero, red for positive values. Steps of equal size look equally large, and the colours differ to
 * eyes that cannot tell red from green.
 */
final class ColorMap {

    /** Moreland's table of 33 colours, from -1 to 1, as 0xRRGGBB. */
    private static final int[] COLORS = {
        0x3B4CC0, 0x445ACC, 0x4D68D7, 0x5775E1, 0x6282EA, 0x6C8EF1, 0x779AF7, 0x82A5FB, 0x8DB0FE, 0x98B9FF, 0xA3C2FF,
        0xAEC9FD, 0xB8D0F9, 0xC2D5F4, 0xCCD9EE, 0xD5DBE6, 0xDDDDDD, 0xE5D8D1, 0xECD3C5, 0xF1CCB9, 0xF5C4AD, 0xF7BBA0,
        0xF7B194, 0xF7A687, 0xF49A7B, 0xF18D6F, 0xEC7F63, 0xE57058, 0xDE604D, 0xD55042, 0xCB3E38, 0xC0282F, 0xB40426};

    private ColorMap() {
    }

    /** The colour, 0xRRGGBB, of a value from -1 to 1; values beyond have that of the end. */
    static int color(double value) {
        double place = (Math.max(-1, Math.min(1, value)) + 1) / 2 * (COLORS.length - 1);
        int low = Math.min((int) place, COLORS.length - 2);
        int mixed = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int from = COLORS[low] >> shift & 0xFF;
            int to = COLORS[low + 1] >> shift & 0xFF;
            mixed |= (int) Math.rint(from + (to - from) * (place - low)) << shift;
        }
        return mixed;
    }
}
