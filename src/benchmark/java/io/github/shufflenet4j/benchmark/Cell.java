package io.github.shufflenet4j.benchmark;

import java.util.List;

import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/**
 * One thing to measure.
 *
 * @param mode    training step or prediction
 * @param variant width of the network
 * @param batch   images in a step
 * @param threads threads that compute
 */
record Cell(Mode mode, ShuffleNetV2Variant variant, int batch, int threads) {

    /** What a step is. */
    enum Mode {
        /** Forward, loss, backward and update. */
        TRAIN,
        /** Forward. */
        INFER
    }

    static final int CHANNELS = 3;
    static final int SIDE = 224;
    static final int CLASSES = 1000;

    /** The arguments of a process that measures this cell. */
    List<String> arguments() {
        return List.of(mode.name(), variant.name(), Integer.toString(batch), Integer.toString(threads));
    }

    static Cell of(List<String> arguments) {
        return new Cell(Mode.valueOf(arguments.get(0)), ShuffleNetV2Variant.valueOf(arguments.get(1)),
                Integer.parseInt(arguments.get(2)), Integer.parseInt(arguments.get(3)));
    }

    /** Random pixels for the whole batch, the same for every contestant. */
    float[] pixels() {
        java.util.Random random = new java.util.Random(7);
        float[] pixels = new float[batch * CHANNELS * SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        return pixels;
    }

    /** A class for each image. */
    int[] classes() {
        java.util.Random random = new java.util.Random(8);
        return random.ints(batch, 0, CLASSES).toArray();
    }

    @Override
    public String toString() {
        return variant.label() + ", batch " + batch + ", " + threads + (threads == 1 ? " thread" : " threads");
    }
}
