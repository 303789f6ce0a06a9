package io.github.shufflenet4j.data.image;

/** How bright a colour is: ITU-R 601 luma in fixed point, rounded, as Pillow's {@code convert("L")}. */
public final class Luma {

    public static final int RED = 19595;
    public static final int GREEN = 38470;
    public static final int BLUE = 7471;
    /** What the three weights add up to. */
    public static final int ONE = 1 << 16;

    private Luma() {
    }

    public static int of(int red, int green, int blue) {
        return (RED * red + GREEN * green + BLUE * blue + ONE / 2) >> 16;
    }
}
