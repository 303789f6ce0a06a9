package io.github.shufflenet4j.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.training.BatchGradient;

/** What is sent of gradients, and what comes later. */
class ErrorFeedbackTest {

    private static final float NAN = Float.NaN;

    private static float[] sent(ErrorFeedback feedback, List<GradientSegment> segments, double density,
                                float... gradient) {
        return decoded(feedback.send(new BatchGradient(gradient, 1, 2, 3), segments, density), segments,
                gradient.length);
    }

    private static float[] decoded(GradientMessage message, List<GradientSegment> segments, int length) {
        float[] sum = new float[length];
        GradientCode.addTo(sum, message.code(), segments);
        return sum;
    }

    @Test
    void theLargestGoFirstAndTheOthersWhenTheyHaveGrown() {
        ErrorFeedback feedback = new ErrorFeedback(5);
        List<GradientSegment> one = List.of(new GradientSegment(0, 5, false));
        assertThat(sent(feedback, one, 0.4, 1, -4, 2, 0, 3)).containsExactly(0, -4, 0, 0, 3);
        assertThat(sent(feedback, one, 0.4, 1, 0, 0.5f, 1, 0)).containsExactly(2, 0, 2.5f, 0, 0);
        assertThat(sent(feedback, one, 1, 0, 0, 0, 0, 1)).containsExactly(0, 0, 0, 1, 1);
        assertThat(sent(feedback, one, 1, 0, 0, 0, 0, 0)).containsOnly(0);
    }

    @Test
    void ofThoseAsLargeTheFirstGo() {
        ErrorFeedback feedback = new ErrorFeedback(5);
        List<GradientSegment> one = List.of(new GradientSegment(0, 5, false));
        assertThat(sent(feedback, one, 0.6, 1, -1, 2, 1, -1)).containsExactly(1, -1, 2, 0, 0);
        feedback.clear();
        assertThat(sent(feedback, one, 0.2, 0, 0, 0, 0, 0)).containsOnly(0);
    }

    @Test
    void someSegmentsGoWholeAndTheSharesOfOthersAreTheirOwn() {
        ErrorFeedback feedback = new ErrorFeedback(7);
        List<GradientSegment> segments = List.of(new GradientSegment(0, 2, true), new GradientSegment(2, 4, false),
                new GradientSegment(5, 7, false));
        assertThat(sent(feedback, segments, 0.5, 1, 2, 30, 40, 50, 6, 5)).containsExactly(1, 2, 0, 40, 0, 6, 0);
    }

    /** A run whose gradients are no numbers must hear of it at once. */
    @Test
    void whatIsNoNumberIsLargerThanAll() {
        ErrorFeedback feedback = new ErrorFeedback(4);
        List<GradientSegment> one = List.of(new GradientSegment(0, 4, false));
        assertThat(sent(feedback, one, 0.25, 3, Float.POSITIVE_INFINITY, NAN, Float.MAX_VALUE))
                .containsExactly(0, 0, NAN, 0);
        assertThat(sent(feedback, one, 0.25, 0, 0, 0, 0)).containsExactly(0, Float.POSITIVE_INFINITY, 0, 0);
    }

    @Test
    void withoutImagesAllIsHeldBack() {
        ErrorFeedback feedback = new ErrorFeedback(3);
        List<GradientSegment> one = List.of(new GradientSegment(0, 3, false));
        sent(feedback, one, 0.3, 1, 2, 3);
        GradientMessage message = feedback.send(new BatchGradient(new float[3], 0, 0, 0), one, 1);
        assertThat(decoded(message, one, 3)).containsOnly(0);
        assertThat(message.images()).isZero();
        assertThat(feedback.held()).containsExactly(1, 2, 0);
    }

    @Test
    void anotherOneGoesOnWithWhatIsHeldBack() {
        ErrorFeedback feedback = new ErrorFeedback(3);
        List<GradientSegment> one = List.of(new GradientSegment(0, 3, false));
        sent(feedback, one, 0.3, 1, 2, 3);
        ErrorFeedback other = new ErrorFeedback(3);
        other.hold(feedback.held());
        assertThat(sent(other, one, 1, 5, 5, 5)).containsExactly(6, 7, 5);
        other.hold(feedback.held());
        other.clear();
        assertThat(sent(other, one, 1, 5, 5, 5)).containsExactly(5, 5, 5);
    }

    /** The selection against sorting, on numbers of which many are equal. */
    @Test
    void theShareIsThatOfSorting() {
        Random random = new Random(9);
        for (int round = 0; round < 50; round++) {
            int count = 1 + random.nextInt(3000);
            float[] gradient = new float[count];
            for (int i = 0; i < count; i++) {
                float value = (float) random.nextGaussian();
                gradient[i] = round % 2 == 0 ? value : Math.round(4 * value);
            }
            double density = random.nextDouble();
            float[] expected = new float[count];
            IntStream.range(0, count).boxed()
                    .sorted((a, b) -> Float.compare(Math.abs(gradient[b]), Math.abs(gradient[a])))
                    .limit((long) Math.ceil(density * count)).forEach(i -> expected[i] = gradient[i]);
            // Zeros are not sent apart, whichever they are.
            float[] actual = sent(new ErrorFeedback(count), List.of(new GradientSegment(0, count, false)), density,
                    gradient);
            assertThat(actual).usingComparatorWithPrecision(0f).containsExactly(expected);
        }
    }
}
