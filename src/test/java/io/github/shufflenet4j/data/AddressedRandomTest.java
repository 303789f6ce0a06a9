package io.github.shufflenet4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

import io.github.shufflenet4j.data.AddressedRandom.Purpose;
import org.junit.jupiter.api.Test;

class AddressedRandomTest {

    @Test
    void theNumbersNeverChange() {
        // A resumed run must meet the numbers of the run before it, whatever the JDK or the release.
        AddressedRandom random = AddressedRandom.of(Purpose.AUGMENTATION, 1, 2, 3);
        assertThat(random.nextLong()).isEqualTo(1875016580915212987L);
        assertThat(AddressedRandom.epochOrder(7, 3, 8)).containsExactly(0, 7, 1, 6, 5, 4, 3, 2);
    }

    @Test
    void neighbouringAddressesAreUnrelated() {
        Set<Long> seen = new HashSet<>();
        int bits = 0;
        int count = 0;
        for (long seed = 0; seed < 20; seed++) {
            for (int epoch = 0; epoch < 20; epoch++) {
                for (int sample = 0; sample < 20; sample++) {
                    long value = AddressedRandom.ofSample(seed, epoch, sample).nextLong();
                    seen.add(value);
                    bits += Long.bitCount(value ^ AddressedRandom.ofSample(seed, epoch, sample + 1).nextLong());
                    count++;
                }
            }
        }
        assertThat(seen).hasSize(count);
        assertThat((double) bits / count).isCloseTo(32, within(0.3));
        assertThat(AddressedRandom.of(Purpose.ORDER, 1, 2).nextLong())
                .isNotEqualTo(AddressedRandom.of(Purpose.RENDERING, 1, 2).nextLong());
    }

    @Test
    void numbersAreUniform() {
        AddressedRandom random = AddressedRandom.ofSample(5, 0, 0);
        int draws = 60_000;
        int[] counts = new int[6];
        double sum = 0;
        double gaussians = 0;
        double squares = 0;
        for (int i = 0; i < draws; i++) {
            counts[random.nextInt(6)]++;
            sum += random.uniform(-1, 3);
            double gaussian = random.nextGaussian();
            gaussians += gaussian;
            squares += gaussian * gaussian;
        }
        assertThat(Arrays.stream(counts).boxed()).allSatisfy(count -> assertThat(count).isCloseTo(10_000, within(400)));
        assertThat(sum / draws).isCloseTo(1, within(0.02));
        assertThat(gaussians / draws).isCloseTo(0, within(0.02));
        assertThat(squares / draws).isCloseTo(1, within(0.03));
    }

    @Test
    void anOrderIsAPermutationOfItsOwn() {
        int[] order = AddressedRandom.epochOrder(1, 0, 1000);
        assertThat(order.clone()).isEqualTo(AddressedRandom.epochOrder(1, 0, 1000))
                .isNotEqualTo(AddressedRandom.epochOrder(1, 1, 1000))
                .isNotEqualTo(AddressedRandom.epochOrder(2, 0, 1000));
        Arrays.sort(order);
        assertThat(order).isEqualTo(IntStream.range(0, 1000).toArray());
        assertThat(AddressedRandom.epochOrder(1, 0, 0)).isEmpty();
    }

    @Test
    void copiesHaveAddressesOfTheirOwn() {
        assertThat(AddressedRandom.ofSample(4, 5, 6, 0).nextLong())
                .isEqualTo(AddressedRandom.ofSample(4, 5, 6).nextLong())
                .isNotEqualTo(AddressedRandom.ofSample(4, 5, 6, 1).nextLong());
        assertThat(AddressedRandom.ofSample(4, 5, 6, 1).nextLong())
                .isNotEqualTo(AddressedRandom.ofSample(4, 5, 6, 2).nextLong());
        assertThat(AddressedRandom.ofBatch(4, 5, 6).nextLong())
                .isNotEqualTo(AddressedRandom.ofSample(4, 5, 6).nextLong());
    }

    @Test
    void allOrdersAreEquallyLikely() {
        int[] counts = new int[27];
        for (int epoch = 0; epoch < 6000; epoch++) {
            int[] order = AddressedRandom.epochOrder(9, epoch, 3);
            counts[9 * order[0] + 3 * order[1] + order[2]]++;
        }
        assertThat(Arrays.stream(counts).filter(count -> count > 0).boxed()).hasSize(6)
                .allSatisfy(count -> assertThat(count).isCloseTo(1000, within(130)));
    }

    @Test
    void senselessBoundsAreRefused() {
        AddressedRandom random = AddressedRandom.ofSample(0, 0, 0);
        assertThatThrownBy(() -> random.nextInt(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AddressedRandom.epochOrder(0, 0, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
