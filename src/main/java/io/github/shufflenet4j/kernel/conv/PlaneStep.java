package io.github.shufflenet4j.kernel.conv;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A training step in which layers and vertices read each other's planes. Holds the memory of gradients, which goes from
 * layer to layer as they are read, and from step to step. Not thread-safe.
 */
public final class PlaneStep {

    private final List<PlaneOutput> outputs = new ArrayList<>();
    private final List<float[]> lent = new ArrayList<>();
    private final List<float[]> free = new ArrayList<>();
    private boolean open;

    /** Begins a step. */
    public void open() {
        open = true;
    }

    /** Ends the step, whether or not all that was to be read has been. */
    public void close() {
        open = false;
        outputs.forEach(PlaneOutput::forget);
        free.addAll(lent);
        lent.clear();
    }

    /** Whether a step runs. */
    boolean isOpen() {
        return open;
    }

    /** Makes the output of one more layer or vertex. */
    public PlaneOutput newOutput() {
        PlaneOutput output = new PlaneOutput(this);
        outputs.add(output);
        return output;
    }

    /** Memory for gradients, undefined at first, until all channels have been released or the step ends. */
    HeapPlanes gradients(int channels, int columns) {
        int size = HeapPlanes.size(channels, columns);
        float[] memory = free.stream().filter(array -> array.length >= size)
            .min(Comparator.comparingInt(array -> array.length)).orElse(null);
        if (memory == null) {
            // In place of one that is too small.
            free.stream().max(Comparator.comparingInt(array -> array.length)).ifPresent(this::removeFree);
            memory = new float[size];
        }
        removeFree(memory);
        lent.add(memory);
        float[] taken = memory;
        return new HeapPlanes(taken, channels, columns, () -> {
            lent.removeIf(array -> array == taken);
            free.add(taken);
        });
    }

    private void removeFree(float[] memory) {
        free.removeIf(array -> array == memory);
    }
}
