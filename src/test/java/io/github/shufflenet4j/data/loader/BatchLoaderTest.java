package io.github.shufflenet4j.data.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.ColorJitter;
import io.github.shufflenet4j.data.transform.InputTransform;
import io.github.shufflenet4j.data.transform.PcaLighting;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.data.transform.RandomErasing;
import io.github.shufflenet4j.data.transform.RandomResizedCrop;
import io.github.shufflenet4j.data.transform.TrainTransform;
import io.github.shufflenet4j.data.transform.TrivialAugmentWide;

@Timeout(20)
class BatchLoaderTest {

    private static final Preprocessing PLAIN = new Preprocessing(4, 4, Preprocessing.ChannelOrder.RGB, 1,
            List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));

    /** Sample i is a plain image of value i, labelled i % 3. */
    private static class PlainImages implements ImageSource {

        private final int size;
        private final AtomicInteger reads = new AtomicInteger();

        PlainImages(int size) {
            this.size = size;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public List<String> classes() {
            return List.of("a", "b", "c");
        }

        @Override
        public int label(int sample) {
            return sample % 3;
        }

        @Override
        public String name(int sample) {
            return sample + ".png";
        }

        @Override
        public byte[] read(int sample) throws IOException {
            reads.incrementAndGet();
            return TestImages.encode(TestImages.plain(6, 5, sample, sample, sample), "png");
        }

        @Override
        public Fingerprint fingerprint() {
            return Fingerprint.of(this, this::name, sample -> 0);
        }
    }

    /** Plain images, of which those with the given numbers are damaged. */
    private static PlainImages withDamaged(int size, Integer... damaged) {
        Set<Integer> numbers = Set.of(damaged);
        return new PlainImages(size) {
            @Override
            public byte[] read(int sample) throws IOException {
                return numbers.contains(sample) ? "no image".getBytes(StandardCharsets.US_ASCII) : super.read(sample);
            }
        };
    }

    @Test
    void anEvaluationSeesEverySampleInOrder() throws IOException {
        try (BatchLoader loader = BatchLoader.builder(new PlainImages(10), PLAIN).batchSize(4).open()) {
            assertThat(loader.batches()).isEqualTo(3);
            List<Batch> batches = drain(loader);
            assertThat(batches).extracting(Batch::index, Batch::size)
                    .containsExactly(tuple(0, 4), tuple(1, 4), tuple(2, 2));
            Batch last = batches.get(2);
            assertThat(last.samples()).containsExactly(8, 9);
            assertThat(last.labels()).containsExactly(2, 0);
            assertThat(last.features()).hasSize(2 * PLAIN.length()).startsWith(8, 8, 8).endsWith(9, 9, 9);
            assertThat(loader.damaged()).isEmpty();
        }
    }

    @Test
    void anEpochIsShuffledAndMayDropItsIncompleteBatch() throws IOException {
        List<Integer> seen = new ArrayList<>();
        try (BatchLoader loader = BatchLoader.builder(new PlainImages(10), PLAIN).batchSize(4).dropLast(true)
                .shuffled(5, 1).open()) {
            assertThat(loader.batches()).isEqualTo(2);
            drain(loader).forEach(batch -> Arrays.stream(batch.samples()).forEach(seen::add));
        }
        assertThat(seen).containsExactlyElementsOf(
                Arrays.stream(AddressedRandom.epochOrder(5, 1, 10)).limit(8).boxed().toList());
    }

    @Test
    void neitherThreadsNorTheStartChangeABatch() throws IOException {
        PlainImages images = withDamaged(60, 3, 17, 44);
        BatchLoader.Builder builder = BatchLoader.builder(images, TrainTransform.standard(8, PLAIN)).batchSize(7)
                .shuffled(2, 3).damagedLimit(1);
        List<Batch> alone = drain(builder.threads(1).open());
        List<Batch> together = drain(builder.threads(5).ahead(4).open());
        List<Batch> byTheConsumer = drain(builder.threads(0).open());
        List<Batch> resumed = drain(builder.threads(2).only(4, 5, 6, 7, 8).open());
        List<Batch> share = drain(builder.only(8, 1).open());
        assertThat(alone).hasSize(9);
        assertEqual(together, alone);
        assertEqual(byTheConsumer, alone);
        assertEqual(resumed, alone.subList(4, 9));
        assertEqual(share, List.of(alone.get(8), alone.get(1)));
        assertThat(drain(builder.only().open())).isEmpty();
    }

    /** Memory that comes back is used again, with nothing left of what it held. */
    @Test
    void recyclingChangesNoBatch() throws IOException {
        PlainImages images = withDamaged(60, 3, 17, 44);
        BatchLoader.Builder builder = BatchLoader.builder(images, TrainTransform.standard(8, PLAIN)).batchSize(7)
                .shuffled(2, 3).damagedLimit(1);
        List<Batch> kept = drain(builder.open());
        List<Batch> copies = new ArrayList<>();
        Set<float[]> memory = Collections.newSetFromMap(new IdentityHashMap<>());
        try (BatchLoader loader = builder.ahead(1).open()) {
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                copies.add(new Batch(batch.index(), batch.features().clone(), batch.labels(), batch.samples()));
                memory.add(batch.features());
                Arrays.fill(batch.features(), Float.NaN);
                loader.recycle(batch);
            }
        }
        assertEqual(copies, kept);
        assertThat(memory).hasSizeLessThan(kept.size());
    }

    @Test
    void neitherThreadsNorWhatIsLeftOutChangeAMixedBatchOfCopies() throws IOException {
        PlainImages images = withDamaged(60, 3, 17, 44);
        TrainTransform transform = TrainTransform.standard(8, PLAIN).with(new ColorJitter(0.4, 0.4, 0.4, 0.1))
                .with(new TrivialAugmentWide()).with(new PcaLighting()).with(new RandomErasing(0.5));
        BatchLoader.Builder builder = BatchLoader.builder(images, transform).batchSize(7).shuffled(2, 3).damagedLimit(1)
                .repetitions(2, 4).mixing(BatchTransform.oneOf(List.of(new Mixup(0.2), new CutMix(1))));
        List<Batch> alone = drain(builder.threads(1).open());
        List<Batch> together = drain(builder.threads(5).ahead(4).open());
        List<Batch> resumed = drain(builder.threads(2).only(4, 5, 6, 7, 8).open());
        assertThat(alone).allSatisfy(batch -> assertThat(batch.mix().orElseThrow().others()).hasSize(batch.size()));
        assertEqual(together, alone);
        assertEqual(resumed, alone.subList(alone.size() - resumed.size(), alone.size()));
        assertThat(resumed.get(0).index()).isEqualTo(4);
    }

    @Test
    void copiesOfASampleAreInDifferentBatchesAndDiffer() throws IOException {
        ImageSource patterns = new PlainImages(12) {
            @Override
            public byte[] read(int sample) {
                return TestImages.encode(TestImages.pattern(20, 20), "png");
            }
        };
        BatchLoader.Builder builder = BatchLoader.builder(patterns, TrainTransform.standard(4, PLAIN)).batchSize(4)
                .shuffled(1, 0);
        List<Batch> single = drain(builder.open());
        List<Batch> copies = drain(builder.repetitions(3, 3).open());
        assertThat(copies).extracting(Batch::samples).containsExactly(single.get(0).samples(),
                single.get(0).samples(), single.get(0).samples());
        assertThat(copies.get(0).features()).isEqualTo(single.get(0).features());
        assertThat(copies).extracting(Batch::features).doesNotHaveDuplicates();
    }

    /** Updates of as many batches as copies or more, of fewer, and epochs too short for so many copies. */
    @ParameterizedTest
    @CsvSource({"256, 4, 8, 8", "256, 4, 8, 4", "256, 4, 8, 6", "250, 3, 8, 8", "256, 4, 8, 1", "250, 4, 8, 1",
        "256, 4, 8, 3", "20, 4, 8, 1", "13, 4, 8, 1", "8, 4, 8, 1"})
    void noBatchHoldsTwoCopiesOfASample(int samples, int copies, int batchSize, int updateBatches) throws IOException {
        List<Batch> batches = drain(BatchLoader.builder(new PlainImages(samples), PLAIN).batchSize(batchSize)
                .shuffled(3, 1).dropLast(true).repetitions(copies, updateBatches).open());
        assertThat(batches).hasSize(samples / batchSize)
                .allSatisfy(batch -> assertThat(batch.samples()).doesNotHaveDuplicates());
        assertThat(occurrences(batches).values()).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(copies));
        assertThat(occurrences(batches)).hasSizeLessThan(Math.max(batchSize + 1, samples * 2 / copies));
    }

    @Test
    void withoutCopiesTheOrderIsTheShuffledOne() throws IOException {
        List<Batch> batches = drain(BatchLoader.builder(new PlainImages(50), PLAIN).batchSize(8).shuffled(3, 1)
                .repetitions(1, 3).open());
        assertThat(batches.stream().flatMapToInt(batch -> Arrays.stream(batch.samples())).toArray())
                .containsExactly(AddressedRandom.epochOrder(3, 1, 50));
    }

    /** Of 60 samples, 40 are of class 0, 19 of class 1 and one of class 2. */
    private static final class UnbalancedImages extends PlainImages {

        UnbalancedImages() {
            super(60);
        }

        @Override
        public int label(int sample) {
            return sample < 40 ? 0 : sample < 59 ? 1 : 2;
        }
    }

    private static BatchLoader.Builder balanced(int epoch) {
        TrainTransform transform = new TrainTransform(4, List.of(new RandomResizedCrop(4)), PLAIN)
                .with(new RandomErasing(1));
        return BatchLoader.builder(new UnbalancedImages(), transform).batchSize(8).dropLast(true).shuffled(3, epoch)
                .balanced(true);
    }

    @Test
    void aBalancedEpochShowsEveryClassEquallyOften() throws IOException {
        List<Batch> batches = drain(BatchLoader.builder(new UnbalancedImages(), PLAIN).batchSize(10).shuffled(3, 1)
                .balanced(true).open());
        int[] labels = batches.stream().flatMapToInt(batch -> Arrays.stream(batch.labels())).toArray();
        assertThat(Arrays.stream(labels).boxed().collect(Collectors.groupingBy(label -> label, Collectors.counting())))
                .isEqualTo(Map.of(0, 20L, 1, 20L, 2, 20L));
        assertThat(Arrays.copyOf(labels, 20)).as("mixed").contains(0, 1, 2);
        Map<Integer, Integer> occurrences = occurrences(batches);
        assertThat(occurrences).hasSize(20 + 19 + 1).containsEntry(59, 20);
        assertThat(IntStream.range(40, 59).mapToObj(occurrences::get)).containsOnly(1, 2);
        // Of the large class, others in the next epoch.
        Set<Integer> shown = new HashSet<>(occurrences.keySet());
        shown.addAll(occurrences(drain(balanced(2).open())).keySet());
        assertThat(shown).hasSizeGreaterThan(45);
    }

    @Test
    void balancedBatchesAreTheSameOnAnyThreadsAndTheirCopiesDiffer() throws IOException {
        List<Batch> batches = drain(balanced(1).threads(1).open());
        assertEqual(drain(balanced(1).threads(3).open()), batches);
        assertEqual(drain(balanced(1).only(2, 3, 4, 5, 6).open()), batches.subList(2, 7));
        List<List<Float>> single = new ArrayList<>();
        for (Batch batch : batches) {
            for (int i = 0; i < batch.size(); i++) {
                if (batch.samples()[i] == 59) {
                    single.add(IntStream.range(48 * i, 48 * (i + 1)).mapToObj(at -> batch.features()[at]).toList());
                }
            }
        }
        // Few rectangles can be erased of so small an image.
        assertThat(Set.copyOf(single)).hasSizeGreaterThan(single.size() / 2);
    }

    @Test
    void aDamagedImageCountsOnceHoweverOftenItIsShown() throws IOException {
        UnbalancedImages images = new UnbalancedImages();
        PlainImages damaged = new PlainImages(60) {
            @Override
            public int label(int sample) {
                return images.label(sample);
            }

            @Override
            public byte[] read(int sample) throws IOException {
                return sample == 59 ? new byte[0] : super.read(sample);
            }
        };
        try (BatchLoader loader = BatchLoader.builder(damaged, PLAIN).batchSize(10).shuffled(3, 1).balanced(true)
                .damagedLimit(0.02).open()) {
            assertThat(drain(loader).stream().mapToInt(Batch::size).sum()).isEqualTo(40);
            assertThat(loader.damaged()).hasSize(1);
        }
    }

    @Test
    void anUpdateOfEnoughBatchesHoldsAllCopiesOfItsSamples() throws IOException {
        List<Batch> batches = drain(BatchLoader.builder(new PlainImages(64), PLAIN).batchSize(4).shuffled(3, 1)
                .repetitions(4, 8).open());
        for (int update = 0; update < batches.size(); update += 8) {
            assertThat(occurrences(batches.subList(update, update + 8)).values()).hasSize(8).containsOnly(4);
        }
        assertThat(occurrences(batches)).hasSize(16);
    }

    private static Map<Integer, Integer> occurrences(List<Batch> batches) {
        Map<Integer, Integer> seen = new HashMap<>();
        batches.forEach(batch -> Arrays.stream(batch.samples()).forEach(sample -> seen.merge(sample, 1, Integer::sum)));
        return seen;
    }

    @Test
    void whatRemainsOfABatchIsMixed() throws IOException {
        try (BatchLoader loader = BatchLoader.builder(withDamaged(6, 1, 2, 3), PLAIN).batchSize(3).damagedLimit(1)
                .mixing((batch, size, random) -> Mixup.mix(batch, 0.75)).open()) {
            assertThat(loader.next().features()).containsOnly(0);
            Batch second = loader.next();
            assertThat(second.samples()).containsExactly(4, 5);
            assertThat(second.features()).startsWith(0.75f * 4 + 0.25f * 5).endsWith(0.75f * 5 + 0.25f * 4);
            assertThat(second.targets(3)).containsExactly(0, 0.75f, 0.25f, 0, 0.25f, 0.75f);
        }
        BatchTransform faulty = (batch, size, random) -> {
            throw new ArithmeticException("by design");
        };
        try (BatchLoader loader = BatchLoader.builder(new PlainImages(4), PLAIN).mixing(faulty).open()) {
            assertThatThrownBy(loader::next).isInstanceOf(IllegalStateException.class)
                    .hasRootCauseInstanceOf(ArithmeticException.class);
        }
    }

    @Test
    void augmentationDiffersBetweenEpochs() throws IOException {
        ImageSource pattern = new PlainImages(1) {
            @Override
            public byte[] read(int sample) {
                return TestImages.encode(TestImages.pattern(20, 20), "png");
            }
        };
        BatchLoader.Builder builder = BatchLoader.builder(pattern, TrainTransform.standard(8, PLAIN));
        assertThat(drain(builder.shuffled(0, 0).open()).get(0).features())
                .isEqualTo(drain(builder.shuffled(0, 0).open()).get(0).features())
                .isNotEqualTo(drain(builder.shuffled(0, 1).open()).get(0).features());
    }

    @Test
    void damagedImagesAreSkippedAndListed() throws IOException {
        PlainImages images = withDamaged(10, 1, 4, 5);
        try (BatchLoader loader = BatchLoader.builder(images, PLAIN).batchSize(2).damagedLimit(0.3).open()) {
            List<Batch> batches = drain(loader);
            // The batch of samples 4 and 5 is empty, and passed over.
            assertThat(batches).extracting(Batch::index).containsExactly(0, 1, 3, 4);
            assertThat(batches.get(0).samples()).containsExactly(0);
            assertThat(batches.get(0).features()).hasSize(PLAIN.length()).containsOnly(0);
            assertThat(loader.damaged()).extracting(DamagedImage::toString).containsExactly(
                    "1.png: not an image of a known format", "4.png: not an image of a known format",
                    "5.png: not an image of a known format");
        }
    }

    @Test
    void tooManyDamagedImagesStopTheLoader() throws IOException {
        PlainImages images = withDamaged(50, 5, 20, 25, 30, 40);
        try (BatchLoader loader = BatchLoader.builder(images, PLAIN).batchSize(10).damagedLimit(0.06).open()) {
            // A tenth of a small set may be damaged, whatever the share.
            assertThat(drain(loader)).hasSize(5);
        }
        assertStops(withDamaged(50, 5, 20, 25, 30, 40, 49), 0.01, 4, "6 of 50 images are damaged, more than 5;"
                + " the first is 5.png: not an image of a known format");
        assertStops(withDamaged(9, 5, 8), 0.01, 0, "2 of 9 images are damaged, more than 1;");
        assertStops(withDamaged(9, 5), 0, 0, "1 of 9 images are damaged, more than 0;");
        Integer[] twelve = IntStream.range(100, 112).boxed().toArray(Integer[]::new);
        assertStops(withDamaged(200, twelve), 0.01, 10, "12 of 200 images are damaged, more than 10;");
        assertThat(drain(BatchLoader.builder(withDamaged(200, twelve), PLAIN).batchSize(10).damagedLimit(0.06).open()))
                .hasSize(20 - 1);
    }

    /** In batches of ten images. */
    private static void assertStops(PlainImages images, double limit, int wholeBatches, String message)
            throws IOException {
        try (BatchLoader loader = BatchLoader.builder(images, PLAIN).batchSize(10).damagedLimit(limit).open()) {
            for (int i = 0; i < wholeBatches; i++) {
                loader.next();
            }
            assertThatThrownBy(() -> drain(loader)).isInstanceOf(DataException.class).hasMessageStartingWith(message);
        }
    }

    @Test
    void filesThatCannotBeReadAreDamagedToo() throws IOException {
        ImageSource images = new PlainImages(3) {
            @Override
            public byte[] read(int sample) throws IOException {
                switch (sample) {
                    case 0:
                        throw new NoSuchFileException("0.png");
                    case 1:
                        throw new FileNotFoundException("the disk is gone");
                    default:
                        return super.read(sample);
                }
            }
        };
        try (BatchLoader loader = BatchLoader.builder(images, PLAIN).damagedLimit(0.7).open()) {
            assertThat(loader.next().samples()).containsExactly(2);
            assertThat(loader.damaged()).extracting(DamagedImage::reason).satisfiesExactly(
                    first -> assertThat(first).isEqualTo("no such file"),
                    second -> assertThat(second).contains("the disk is gone"));
        }
    }

    @Test
    void faultsOfTheProgramReachTheConsumer() {
        InputTransform faulty = new InputTransform() {
            @Override
            public int channels() {
                return 3;
            }

            @Override
            public int size() {
                return 4;
            }

            @Override
            public void apply(RgbImage image, AddressedRandom random, float[] target, int offset) {
                throw new ArithmeticException("by design");
            }
        };
        try (BatchLoader loader = BatchLoader.builder(new PlainImages(9), faulty).batchSize(3).threads(2).open()) {
            assertThatThrownBy(loader::next).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("by design").hasRootCauseInstanceOf(ArithmeticException.class);
        }
    }

    @Test
    void noMoreIsLoadedThanAskedFor() throws Exception {
        PlainImages images = new PlainImages(100);
        try (BatchLoader loader = BatchLoader.builder(images, PLAIN).batchSize(5).threads(2).ahead(3).open()) {
            loader.next();
            waitUntil(() -> images.reads.get() == 20);
            Thread.sleep(50);
            assertThat(images.reads).hasValue(20);
        }
    }

    @Test
    void closingEndsTheThreads() throws Exception {
        BatchLoader loader = BatchLoader.builder(new PlainImages(200), PLAIN).batchSize(50).threads(3).open();
        assertThat(loaderThreads()).isNotEmpty();
        loader.close();
        loader.close();
        waitUntil(() -> loaderThreads().isEmpty());
        assertThatThrownBy(loader::next).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void withoutThreadsTheConsumerLoads() throws Exception {
        // Those of the tests before end in their own time.
        waitUntil(() -> loaderThreads().isEmpty());
        try (BatchLoader loader = BatchLoader.builder(new PlainImages(5), PLAIN).threads(0).open()) {
            assertThat(loader.next().size()).isEqualTo(5);
            assertThat(loaderThreads()).isEmpty();
        }
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ImageSource slow = new PlainImages(1) {
            @Override
            public byte[] read(int sample) throws IOException {
                reading.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return super.read(sample);
            }
        };
        try (BatchLoader loader = BatchLoader.builder(slow, PLAIN).threads(1).open()) {
            reading.await();
            Thread.currentThread().interrupt();
            assertThatThrownBy(loader::next).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            release.countDown();
        }
    }

    @Test
    void anInterruptDoesNotBreakTheImageAtHand() throws IOException {
        // As a read through a channel does when its thread is interrupted.
        ImageSource interrupted = new PlainImages(1) {
            @Override
            public byte[] read(int sample) throws IOException {
                throw new ClosedByInterruptException();
            }
        };
        try (BatchLoader loader = BatchLoader.builder(interrupted, PLAIN).damagedLimit(1).open()) {
            assertThatThrownBy(loader::next).isInstanceOf(InterruptedIOException.class);
            assertThat(loader.damaged()).isEmpty();
        }
    }

    @Test
    void senselessSettingsAreNamed() {
        BatchLoader.Builder builder = BatchLoader.builder(new PlainImages(4), PLAIN);
        assertThatThrownBy(() -> builder.batchSize(0)).hasMessage("batchSize must be at least 1, got 0");
        assertThatThrownBy(() -> builder.threads(-1)).hasMessage("threads must be at least 0, got -1");
        assertThatThrownBy(() -> builder.damagedLimit(2)).hasMessageContaining("got 2");
        assertThatThrownBy(() -> builder.repetitions(0, 1))
                .hasMessageContaining("copies").hasMessageContaining("0");
        assertThatThrownBy(() -> builder.only(0, 1).open()).hasMessage("there is no batch 1 of 1");
        assertThatThrownBy(() -> builder.only(0).batchSize(1 << 30).open()).hasMessageContaining("too large");
    }

    private static List<Batch> drain(BatchLoader loader) throws IOException {
        List<Batch> batches = new ArrayList<>();
        try (loader) {
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                batches.add(batch);
            }
        }
        return batches;
    }

    private static void assertEqual(List<Batch> actual, List<Batch> expected) {
        assertThat(actual).usingRecursiveFieldByFieldElementComparator().isEqualTo(expected);
        IntStream.range(0, expected.size()).forEach(
                i -> assertThat(actual.get(i).features()).isEqualTo(expected.get(i).features()));
    }

    private static Set<String> loaderThreads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("image-loader-")).collect(Collectors.toSet());
    }

    private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(5);
        }
    }
}
