package io.github.shufflenet4j.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.ref.WeakReference;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Whose memory a kernel computes on, and for how long. */
class ArrayMemoryTest {

    private static INDArray transposed() {
        return Nd4j.createFromArray(1f, 2, 3, 4, 5, 6).reshape('c', 2, 3).permute(1, 0);
    }

    @Test
    void arraysAreShownAndOthersAreCopied() {
        INDArray array = Nd4j.createFromArray(1f, 2, 3);
        try (ArrayMemory memory = new ArrayMemory()) {
            memory.buffer(array).put(1, 7);
            assertThat(array.toFloatVector()).containsExactly(1, 7, 3);
            assertThat(memory.read(array).get(1)).isEqualTo(7);
            float[] values = new float[6];
            memory.read(transposed()).get(0, values);
            assertThat(values).containsExactly(1, 4, 2, 5, 3, 6);
            assertThatIllegalArgumentException().isThrownBy(() -> memory.buffer(transposed()))
                    .withMessageContaining("in C order without gaps");
            assertThatIllegalArgumentException().isThrownBy(() -> memory.read(array.castTo(DataType.DOUBLE)));
        }
    }

    /** What nothing else refers to stays for as long as the memory is open, and no longer. */
    @Test
    void arraysStayUntilTheMemoryIsClosed() {
        WeakReference<INDArray> array = openAndClosed();
        collectGarbage();
        assertThat(array.get()).isNull();
    }

    /** In methods of their own, so that no variable refers to the array, and none to the memory in the end. */
    private static WeakReference<INDArray> openAndClosed() {
        try (ArrayMemory memory = new ArrayMemory()) {
            WeakReference<INDArray> array = shown(memory);
            collectGarbage();
            assertThat(array.get() == null).isFalse();
            return array;
        }
    }

    private static WeakReference<INDArray> shown(ArrayMemory memory) {
        INDArray array = Nd4j.createFromArray(1f, 2, 3);
        memory.buffer(array);
        return new WeakReference<>(array);
    }

    private static void collectGarbage() {
        WeakReference<INDArray> garbage = new WeakReference<>(Nd4j.createFromArray(1f, 2, 3));
        while (garbage.get() != null) {
            System.gc();
        }
    }
}
