package io.github.shufflenet4j.kernel;

import io.github.shufflenet4j.check.Checks;

/**
 * How kernels take the weights of a matrix product: outputs in vectors, vectors in panels.
 *
 * @param lanes        floats of a vector
 * @param panelVectors vectors of a panel, 2 or 3: as many as a tile of the kernels has beside its pixels
 */
public record WeightPacking(int lanes, int panelVectors) {

    /** @throws IllegalArgumentException if a number is out of range */
    public WeightPacking {
        Checks.atLeast("lanes", lanes, 1);
        Checks.within("panelVectors", panelVectors, 2, 3);
    }

    /** Vectors of the next panel; no single vector is left at the end where there are two or more. */
    int next(int left) {
        return left == panelVectors + 1 ? panelVectors == 3 ? 2 : 3 : Math.min(panelVectors, left);
    }
}
