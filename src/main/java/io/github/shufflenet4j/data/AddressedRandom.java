package io.github.shufflenet4j.data;

import io.github.shufflenet4j.check.Checks;

/**
 * Random numbers that are a pure function of a purpose and its coordinates, such as (seed, epoch, sample), whatever the
 * thread, the order and interruptions. The stream is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
 * number generators", 2014); derived numbers are the same on every JDK. Instances belong to one thread.
 */
public final class AddressedRandom {

    /** Purposes, which have streams of their own. The salts must not change; the order may. */
    public enum Purpose {
        /** The division of a data set: (seed, hash of an image's name). */
        SPLIT("split"),
        /** The order of an epoch: (seed, epoch). */
        ORDER("order"),
        /** The augmentation of one sample: (seed, epoch, sample), and the copy if there are several. */
        AUGMENTATION("augmentation"),
        /** The mixing of a batch's samples: (seed, epoch, batch). */
        MIXING("mixing"),
        /** The dropout of a training step: (seed, step, micro-batch). */
        DROPOUT("dropout"),
        /** The drawing of a rendered image: (seed, split, class, number). */
        RENDERING("rendering");

        private final String salt;

        Purpose(String salt) {
            this.salt = salt;
        }
    }

    private static final double MIN_SHAPE = 1e-6;
    private static final double MAX_SHAPE = 1e6;
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    private AddressedRandom(long state) {
        this.state = state;
    }

    /** The generator at an address: equal for the same purpose and coordinates, unrelated for others. */
    public static AddressedRandom of(Purpose purpose, long... coordinates) {
        // String.hashCode is specified, so that the salt is the same everywhere.
        long state = mix(purpose.salt.hashCode() + GOLDEN_GAMMA);
        for (long coordinate : coordinates) {
            // Mixing before each addition keeps (1, 2) and (2, 1) apart, and neighbours unrelated.
            state = mix(state + GOLDEN_GAMMA + mix(coordinate + GOLDEN_GAMMA));
        }
        return new AddressedRandom(state);
    }

    /** The generator for one sample's augmentation in one epoch. */
    public static AddressedRandom ofSample(long seed, int epoch, int sample) {
        return of(Purpose.AUGMENTATION, seed, epoch, sample);
    }

    /** The generator for the augmentation of one of several copies of a sample; copy 0 has that of a single sample. */
    public static AddressedRandom ofSample(long seed, int epoch, int sample, int copy) {
        return copy == 0 ? ofSample(seed, epoch, sample) : of(Purpose.AUGMENTATION, seed, epoch, sample, copy);
    }

    /** The generator for the mixing of a batch in one epoch. */
    public static AddressedRandom ofBatch(long seed, int epoch, int batch) {
        return of(Purpose.MIXING, seed, epoch, batch);
    }

    /** The order of an epoch: a permutation of {@code 0 .. samples - 1}, all equally likely. */
    public static int[] epochOrder(long seed, int epoch, int samples) {
        return of(Purpose.ORDER, seed, epoch).permutation(Checks.atLeast("samples", samples, 0));
    }

    /** The numbers {@code 0 .. count - 1} in random order. */
    public int[] permutation(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int other = nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }

    /** 64 uniform bits. */
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform in {@code 0 .. bound - 1}, without bias; {@code bound} must be at least 1. */
    public int nextInt(int bound) {
        Checks.atLeast("bound", bound, 1);
        // Draws from the incomplete last run of bound values are drawn again.
        long bits;
        long value;
        do {
            bits = nextLong() >>> 1;
            value = bits % bound;
        } while (bits - value + (bound - 1) < 0);
        return (int) value;
    }

    /** Uniform in [0, 1), in steps of 2^-53. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /** Uniform in [low, high). */
    public double uniform(double low, double high) {
        return low + (high - low) * nextDouble();
    }

    /** True with the given probability. */
    public boolean chance(double probability) {
        return nextDouble() < probability;
    }

    /** Normal with mean 0 and standard deviation 1 (Box-Muller). */
    public double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
    }

    /** From the Beta distribution on 0 to 1 of mean {@code a / (a + b)}; shapes are {@code 1e-6} to {@code 1e6}. */
    public double nextBeta(double a, double b) {
        requireShape("a", a);
        requireShape("b", b);
        double first = nextLogGamma(a);
        double second = nextLogGamma(b);
        return 1 / (1 + StrictMath.exp(second - first));
    }

    /** @throws IllegalArgumentException naming the shape, if {@link #nextBeta} does not take it */
    public static void requireShape(String name, double shape) {
        Checks.within(name, shape, MIN_SHAPE, MAX_SHAPE);
    }

    /**
     * The logarithm of a number from the Gamma distribution of scale 1 (Marsaglia and Tsang, "A simple method for
     * generating gamma variables", 2000). Small shapes give numbers too small for a double, but not for its logarithm.
     */
    private double nextLogGamma(double shape) {
        if (shape < 1) {
            return nextLogGamma(shape + 1) + StrictMath.log(1 - nextDouble()) / shape;
        }
        double d = shape - 1 / 3.0;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double x = nextGaussian();
            double root = 1 + c * x;
            if (root > 0) {
                double logCube = 3 * StrictMath.log(root);
                double cube = root * root * root;
                if (StrictMath.log(1 - nextDouble()) < x * x / 2 + d - d * cube + d * logCube) {
                    return StrictMath.log(d) + logCube;
                }
            }
        }
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
