package io.github.shufflenet4j.kernel;

/** The activation behind batch norm: {@code max(z, floor)}. */
public enum Activation {
    /** None. */
    IDENTITY(Float.NEGATIVE_INFINITY),
    /** {@code max(z, 0)}, with gradient 0 at 0. */
    RELU(0);

    private final float floor;

    Activation(float floor) {
        this.floor = floor;
    }

    /** A maximum instead of a branch: a branch among vector operations costs their registers. */
    float floor() {
        return floor;
    }
}
