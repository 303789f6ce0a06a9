package io.github.shufflenet4j.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The processor's preferred vectors of floats. */
final class Species {

    static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    /** Lanes of a vector. */
    static final int L = S.length();
    /** Vector registers of the processor: AVX-512 and NEON have 32, AVX2 has 16. */
    static final boolean HAS_32_REGISTERS = L >= 16 || System.getProperty("os.arch").equals("aarch64");

    /**
     * Whether tiles of six by two vectors are best: where there are 16 registers, of which the compiler of JDK 17 keeps
     * twelve sums, two factors and two more. That of JDK 25 runs out of them, and would write a sum to memory and read
     * it again at each step.
     */
    static final boolean SIX_BY_TWO = !HAS_32_REGISTERS && Runtime.version().feature() < 21;

    /** Enough calls for the first compiler's code to take over, which counts the types that it sees. */
    private static final int WARM_UP = 500;

    static {
        // Every operator of the kernels, before a kernel is compiled: the Vector API caches what it finds for an
        // operator, and a miss in compiled code counts as a failed type check against each later use of an operator.
        // So does an operator that comes where the compiler has seen only one other. Beyond a hundred in a method, the
        // compiler gives up on types there, and its vectors are boxed for good.
        FloatVector f = FloatVector.broadcast(S, 1);
        IntVector i = f.reinterpretAsInts();
        f.add(f).sub(f).mul(f).div(f).min(f).max(f);
        i.mul(i).and(i).reinterpretAsFloats();
        for (int call = 0; call < WARM_UP; call++) {
            f = f.fma(f, f).add(f);
            i = i.max(i).add(i).lanewise(VectorOperators.LSHR, 1);
        }
    }

    private Species() {
    }

    /**
     * The sum of {@code L} floats, always in the same order. That of {@code reduceLanes} is unspecified, and changes
     * when a method is compiled: two runs would differ in their last bits.
     */
    static float sumLanes(float[] lanes, int at) {
        float sum = 0;
        int i = at;
        for (; i + 8 <= at + L; i += 8) {
            sum += ((lanes[i] + lanes[i + 1]) + (lanes[i + 2] + lanes[i + 3]))
                + ((lanes[i + 4] + lanes[i + 5]) + (lanes[i + 6] + lanes[i + 7]));
        }
        for (; i < at + L; i++) {
            sum += lanes[i];
        }
        return sum;
    }

    static float sumLanes(FloatVector vector) {
        return sumLanes(vector.toArray(), 0);
    }
}
