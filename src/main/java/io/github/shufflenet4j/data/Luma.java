package io.github.shufflenet4j.data;

/** How bright a colour is: ITU-R 601 luma in fixed point, rounded, as Pillow's {@code convert("L")}. */
final class Luma {

    static final int RED = 19595;
    static final int GREEN = 38470;
    static final int BLUE = 7471;
    /** What the three weights add up to. */
    static final int ONE = 1 << 16;

    private Luma() {
    }

    static int of(int red, int green, int blue) {
        return (RED * red + GREEN * green + BLUE * blue + ONE / 2) >> 16;
    }
}
