package io.github.shufflenet4j.kernel.conv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlaneStepTest {

    private static final int COLUMNS = 37;

    /** Column {@code i} of channel {@code c} is {@code from + 100 c + i}. */
    private static HeapPlanes filled(HeapPlanes planes, int channels, float from) {
        for (int channel = 0; channel < channels; channel++) {
            float[] values = new float[COLUMNS];
            for (int i = 0; i < COLUMNS; i++) {
                values[i] = from + 100 * channel + i;
            }
            planes.write(channel, 0, values, 0, COLUMNS);
        }
        return planes;
    }

    private static HeapPlanes planes(int channels, float from) {
        return filled(HeapPlanes.of(new float[HeapPlanes.size(channels, COLUMNS)], channels, COLUMNS), channels, from);
    }

    private static float[] read(PlaneSource source, int channel, int column, int length) {
        float[] values = new float[length + 2];
        values[length + 1] = -1;
        source.read(channel, column, values, 1, length);
        assertThat(values[0]).isZero();
        assertThat(values[length + 1]).as("nothing is written behind").isEqualTo(-1);
        return Arrays.copyOfRange(values, 1, length + 1);
    }

    @Test
    void mapsChannels() {
        MappedPlanes both = MappedPlanes.concatenation(MappedPlanes.of(planes(2, 0), 2),
            MappedPlanes.of(planes(3, 1000), 3));
        MappedPlanes mapped = both.select(new int[] {4, Planes.ZERO, 1, 2});
        assertThat(read(mapped, 0, 5, 2)).containsExactly(1205, 1206);
        assertThat(read(mapped, 1, 0, 3)).containsExactly(0, 0, 0);
        assertThat(read(mapped, 2, 36, 1)).containsExactly(136);
        assertThat(read(mapped, 3, 0, 2)).containsExactly(1000, 1001);
        float[] scratch = new float[1];
        assertThat(mapped.line(1, 7, scratch, 0, 1).array()).as("zeros lie in no array").isSameAs(scratch);
        PlaneSource.Line line = mapped.line(2, 7, scratch, 0, 1);
        assertThat(line.array()).isNotSameAs(scratch);
        assertThat(line.array()[line.at()]).isEqualTo(107);
    }

    @Test
    void addsGradientsOfSeveralReaders() {
        PlaneStep step = new PlaneStep();
        PlaneOutput output = step.newOutput();
        assertThat(output.gradient()).isEmpty();
        output.add(MappedPlanes.of(planes(1, 0), 1).select(new int[] {0, Planes.ZERO, Planes.ZERO}));
        output.add(MappedPlanes.of(planes(1, 10), 1).select(new int[] {0, 0, Planes.ZERO}));
        output.add(MappedPlanes.of(planes(1, 500), 1).select(new int[] {0, Planes.ZERO, Planes.ZERO}));
        MappedPlanes sum = output.gradient().orElseThrow();
        assertThat(read(sum, 0, 2, 2)).containsExactly(516, 519);
        float[] scratch = new float[1];
        assertThat(sum.line(0, 2, scratch, 0, 1)).isEqualTo(new PlaneSource.Line(scratch, 0));
        assertThat(scratch).as("a sum lies in no array").containsExactly(516);
        assertThat(read(sum, 1, 2, 2)).containsExactly(12, 13);
        assertThat(read(sum, 2, 2, 2)).containsExactly(0, 0);
    }

    @Test
    void memoryOfGradientsIsUsedAgainOnceAllChannelsHaveBeenRead() {
        PlaneStep step = new PlaneStep();
        step.open();
        HeapPlanes first = step.gradients(2, COLUMNS);
        HeapPlanes second = step.gradients(2, COLUMNS);
        assertThat(second.data()).isNotSameAs(first.data());
        first.release(0);
        assertThat(step.gradients(2, COLUMNS).data()).isNotSameAs(first.data());
        first.release(1);
        assertThat(step.gradients(1, COLUMNS).data()).as("which is large enough").isSameAs(first.data());
        step.close();
        step.open();
        assertThat(IntStream.range(0, 3).mapToObj(i -> step.gradients(2, COLUMNS).data()))
            .as("the end of a step frees all").contains(first.data(), second.data());
    }

    @Test
    void linksAreThereDuringAStepOnly() {
        PlaneStep step = new PlaneStep();
        PlaneOutput output = step.newOutput();
        PlaneLinks links = new PlaneLinks(new PlaneOutput[] {null, output}, output);
        assertThat(links.output()).isEmpty();
        step.open();
        assertThat(links.output()).containsSame(output);
        assertThat(links.input(0)).isEmpty();
        assertThat(links.input(1)).containsSame(output);
        assertThat(links.input(2)).isEmpty();
        assertThatThrownBy(output::get).isInstanceOf(IllegalStateException.class)
            .hasMessage("an output is read before the forward pass");
        output.set(planes(1, 3), 1);
        output.add(output.get());
        step.close();
        assertThat(links.output()).isEmpty();
        assertThat(output.gradient()).isEmpty();
        assertThatThrownBy(output::get).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void buffersAreReadAcrossImages() {
        BufferPlanes buffer = new BufferPlanes(Reference.buffer(2 * 3 * 4), 3, 4);
        for (int channel = 0; channel < 3; channel++) {
            float[] values = new float[8];
            for (int i = 0; i < 8; i++) {
                values[i] = 10 * channel + i;
            }
            buffer.write(channel, 0, values, 0, 8);
        }
        assertThat(read(buffer, 1, 2, 5)).containsExactly(12, 13, 14, 15, 16);
        assertThat(buffer.buffer().get(1 * 3 * 4 + 2 * 4)).as("image 1, channel 2").isEqualTo(24);
    }
}
