package io.github.shufflenet4j.benchmark;

import io.github.shufflenet4j.kernel.concurrent.Workers;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The processor's limit: fused multiply-adds on registers, none of which depends on another of its round. */
final class ProcessorPeak {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    /** Sums, which with the two factors fill 14 registers of 16: more than two pipelines of five stages hold. */
    private static final int SUMS = 12;
    private static final int ROUNDS = 100_000;

    private ProcessorPeak() {
    }

    /** Floating-point operations of a step. */
    static double flops(Cell cell) {
        return 2.0 * SUMS * SPECIES.length() * ROUNDS * cell.threads();
    }

    static Contestant.Step step(Cell cell) {
        System.setProperty(Workers.THREADS_PROPERTY, Integer.toString(cell.threads()));
        Workers workers = Workers.shared();
        float[] values = new float[cell.threads() * SPECIES.length()];
        return () -> workers.parallelFor(cell.threads(), thread -> multiplyAdd(values, thread * SPECIES.length()));
    }

    private static void multiplyAdd(float[] values, int at) {
        FloatVector a = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector b = FloatVector.fromArray(SPECIES, values, at);
        FloatVector c0 = b;
        FloatVector c1 = b;
        FloatVector c2 = b;
        FloatVector c3 = b;
        FloatVector c4 = b;
        FloatVector c5 = b;
        FloatVector c6 = b;
        FloatVector c7 = b;
        FloatVector c8 = b;
        FloatVector c9 = b;
        FloatVector c10 = b;
        FloatVector c11 = b;
        for (int i = 0; i < ROUNDS; i++) {
            c0 = a.fma(b, c0);
            c1 = a.fma(b, c1);
            c2 = a.fma(b, c2);
            c3 = a.fma(b, c3);
            c4 = a.fma(b, c4);
            c5 = a.fma(b, c5);
            c6 = a.fma(b, c6);
            c7 = a.fma(b, c7);
            c8 = a.fma(b, c8);
            c9 = a.fma(b, c9);
            c10 = a.fma(b, c10);
            c11 = a.fma(b, c11);
        }
        c0.add(c1).add(c2).add(c3).add(c4).add(c5).add(c6).add(c7).add(c8).add(c9).add(c10).add(c11)
                .mul(0).intoArray(values, at);
    }
}
