package io.github.shufflenet4j.inference;

/** Rounding to whole vectors. */
final class Lanes {

    private Lanes() {
    }

    static int roundUp(int n, int lanes) {
        return (n + lanes - 1) / lanes * lanes;
    }
}
