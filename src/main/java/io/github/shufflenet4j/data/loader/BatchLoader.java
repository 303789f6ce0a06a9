package io.github.shufflenet4j.data.loader;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageFormatException;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.InputTransform;

/**
 * The batches of one epoch, decoded and transformed in parallel ahead of their consumer. A batch is a function of
 * (source, transforms, seed, epoch, repetitions, balance, batch size, index) alone, whatever the number of threads, the
 * batches that the loader returns, and damaged images elsewhere.
 *
 * <p>A damaged image is left out of its batch; an empty batch is skipped. Once more than
 * {@linkplain Builder#damagedLimit a share} of the samples is found damaged, {@link #next()} throws. A loader
 * belongs to one thread, and must be closed.
 */
public final class BatchLoader implements Closeable {

    private final ImageSource source;
    private final InputTransform transform;
    private final long seed;
    private final int epoch;
    private final EpochOrder order;
    /** May be null. */
    private final BatchTransform mixing;
    private final int batchSize;
    private final int batches;
    /** The numbers of the batches to return. */
    private final int[] given;
    private final int parallelism;
    private final ExecutorService threads;
    private final Queue<Assembly> ahead = new ArrayDeque<>();
    /** Memory of recycled batches. */
    private final Queue<float[]> spare = new ArrayDeque<>();
    private final DamagedImages damaged;
    /** The number of batches begun or returned. */
    private int begun;
    private boolean closed;

    private BatchLoader(Builder builder) {
        source = builder.source;
        transform = builder.transform;
        seed = builder.seed;
        epoch = builder.epoch;
        batchSize = builder.batchSize;
        int samples = source.size();
        damaged = new DamagedImages(samples, builder.damagedLimit);
        order = order(builder, samples);
        mixing = builder.mixing;
        batches = samples / batchSize + (builder.dropLast || samples % batchSize == 0 ? 0 : 1);
        given = builder.given == null ? IntStream.range(0, batches).toArray() : builder.given;
        for (int batch : given) {
            Validate.isTrue(batch >= 0 && batch < batches, "there is no batch %s of %s", batch, batches);
        }
        parallelism = builder.parallelism;
        threads = newThreads(Math.max(1, parallelism));
        for (int i = 0; i < builder.ahead; i++) {
            assembleNext();
        }
    }

    private static EpochOrder order(Builder builder, int samples) {
        IntStream numbers = IntStream.range(0, samples);
        if (builder.balanced) {
            return EpochOrder.balanced(builder.seed, builder.epoch, numbers.map(builder.source::label).toArray());
        }
        return new EpochOrder(builder.shuffled ? AddressedRandom.epochOrder(builder.seed, builder.epoch, samples)
                : numbers.toArray(), builder.repetitions, builder.batchSize, builder.updateBatches);
    }

    /** A builder with the default settings. */
    public static Builder builder(ImageSource source, InputTransform transform) {
        return new Builder(source, transform);
    }

    /** The number of batches in the whole epoch. */
    public int batches() {
        return batches;
    }

    /** The images skipped so far, in the order of the epoch. */
    public List<DamagedImage> damaged() {
        return damaged.list();
    }

    /**
     * The next batch, or null after the last. Until it is ready the caller's thread loads images too.
     *
     * @throws DataException          if too many images are damaged
     * @throws InterruptedIOException if the thread is interrupted; it stays so
     * @throws IllegalStateException  if the loader is closed
     */
    public Batch next() throws IOException {
        Validate.validState(!closed, "the loader is closed");
        while (!ahead.isEmpty()) {
            Assembly assembly = ahead.remove();
            assembleNext();
            assembly.run();
            Batch batch = await(assembly.done);
            damaged.add(assembly.faults());
            if (batch.size() > 0) {
                return batch;
            }
        }
        return null;
    }

    @Override
    public void close() {
        closed = true;
        ahead.forEach(assembly -> assembly.done.cancel(false));
        ahead.clear();
        threads.shutdown();
    }

    /** Reuses the memory of a batch that is no longer needed: 19 MB for 32 images of 224x224. */
    public void recycle(Batch batch) {
        spare.add(batch.features());
    }

    /** May hold values of an earlier batch. */
    private float[] memory(int length) {
        float[] recycled = spare.poll();
        return recycled != null && recycled.length == length ? recycled : new float[length];
    }

    private void assembleNext() {
        if (begun == given.length) {
            return;
        }
        int batch = given[begun++];
        int start = batch * batchSize;
        Assembly assembly = new Assembly(batch, start, Math.min(order.size(), start + batchSize));
        ahead.add(assembly);
        for (int i = 0; i < Math.min(parallelism, assembly.samples.length); i++) {
            threads.execute(assembly);
        }
    }

    private static Batch await(CompletableFuture<Batch> done) throws InterruptedIOException {
        try {
            return done.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for images");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ClosedByInterruptException) {
                throw new InterruptedIOException("interrupted while reading images");
            }
            // Damaged images do not fail a task: this is a fault of the program or a lack of memory.
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("loading images failed: " + e.getCause(), e.getCause());
        }
    }

    private static ExecutorService newThreads(int count) {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "image-loader-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Assembles a batch: any number of threads may run it, and each takes the next sample until none is left. */
    private final class Assembly implements Runnable {

        private final int index;
        /** Position of the first sample in the epoch. */
        private final int start;
        private final int[] samples;
        private final float[] features;
        private final DamagedImage[] faults;
        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicInteger unfinished;
        private final CompletableFuture<Batch> done = new CompletableFuture<>();

        Assembly(int index, int start, int end) {
            this.index = index;
            this.start = start;
            samples = IntStream.range(start, end).map(order::sample).toArray();
            features = memory(samples.length * transform.length());
            faults = new DamagedImage[samples.length];
            unfinished = new AtomicInteger(samples.length);
        }

        @Override
        public void run() {
            int slot;
            while (!done.isDone() && (slot = taken.getAndIncrement()) < samples.length) {
                try {
                    load(slot);
                    if (unfinished.decrementAndGet() == 0) {
                        done.complete(batch());
                    }
                } catch (Throwable e) {
                    done.completeExceptionally(e);
                    return;
                }
            }
        }

        private void load(int slot) throws ClosedByInterruptException {
            int sample = samples[slot];
            String name = source.name(sample);
            try {
                EncodedImage image = new EncodedImage(source.read(sample), name, transform.ignoreExif());
                AddressedRandom random = AddressedRandom.ofSample(seed, epoch, sample, order.copy(start + slot));
                transform.apply(image, random, features, slot * transform.length());
            } catch (ImageFormatException e) {
                faults[slot] = new DamagedImage(name, e.fault());
            } catch (ClosedByInterruptException e) {
                throw e; // the thread was interrupted
            } catch (NoSuchFileException e) {
                faults[slot] = new DamagedImage(name, "no such file");
            } catch (IOException e) {
                faults[slot] = new DamagedImage(name, "cannot be read (" + e + ")");
            }
        }

        List<DamagedImage> faults() {
            return Arrays.stream(faults).filter(Objects::nonNull).toList();
        }

        /** The undamaged samples, mixed. */
        private Batch batch() {
            int[] whole = IntStream.range(0, samples.length).filter(slot -> faults[slot] == null).toArray();
            int length = transform.length();
            float[] values = features;
            if (whole.length < samples.length) {
                values = new float[whole.length * length];
                for (int i = 0; i < whole.length; i++) {
                    System.arraycopy(features, whole[i] * length, values, i * length, length);
                }
            }
            int[] kept = Arrays.stream(whole).map(slot -> samples[slot]).toArray();
            Batch batch = new Batch(index, values, Arrays.stream(kept).map(source::label).toArray(), kept);
            return mixing == null || kept.length == 0
                    ? batch : mixing.apply(batch, transform.size(), AddressedRandom.ofBatch(seed, epoch, index));
        }
    }

    /** Settings of a loader. */
    public static final class Builder {

        private final ImageSource source;
        private final InputTransform transform;
        private long seed;
        private int epoch;
        private boolean shuffled;
        private boolean balanced;
        private int repetitions = 1;
        private int updateBatches = 1;
        private BatchTransform mixing;
        private int batchSize = 32;
        private boolean dropLast;
        private int[] given;
        private double damagedLimit = 0.01;
        private int ahead = 2;
        private int parallelism = Runtime.getRuntime().availableProcessors();

        private Builder(ImageSource source, InputTransform transform) {
            this.source = Objects.requireNonNull(source, "source");
            this.transform = Objects.requireNonNull(transform, "transform");
        }

        /** Samples per batch; default 32. */
        public Builder batchSize(int size) {
            batchSize = Checks.atLeast("batchSize", size, 1);
            return this;
        }

        /** In the random order of an epoch; by default in the source's. Seed and epoch select augmentation, too. */
        public Builder shuffled(long seed, int epoch) {
            this.seed = seed;
            this.epoch = epoch;
            shuffled = true;
            return this;
        }

        /**
         * Repeated augmentation, as torchvision's {@code RASampler}: several copies of a sample in an epoch, augmented
         * independently. The epoch has as many positions as the source, and so shows a part of the samples. No batch
         * has two copies of a sample unless it is larger than the source.
         *
         * @param copies        of a sample, at least 1, the default; fewer in a source smaller than as many batches
         * @param updateBatches consecutive batches of a step, at least 1. If they are at least as many as the copies, a
         *                      step has all copies of its samples; otherwise the copies are spread over the epoch
         */
        public Builder repetitions(int copies, int updateBatches) {
            this.repetitions = Checks.atLeast("copies", copies, 1);
            this.updateBatches = Checks.atLeast("updateBatches", updateBatches, 1);
            return this;
        }

        /**
         * Whether a shuffled epoch shows every class equally often: some of the samples of large classes, other ones in
         * each epoch, and those of small ones several times, augmented independently. The epoch has as many positions
         * as the source. Not together with repetitions.
         */
        public Builder balanced(boolean balance) {
            balanced = balance;
            return this;
        }

        /** A transform of whole batches, such as {@link Mixup}; by default none. */
        public Builder mixing(BatchTransform transform) {
            mixing = Objects.requireNonNull(transform, "mixing");
            return this;
        }

        /** Whether an incomplete last batch is left out; by default it is kept. */
        public Builder dropLast(boolean drop) {
            dropLast = drop;
            return this;
        }

        /** The batches to return, by their numbers from 0; by default all. */
        public Builder only(int... numbers) {
            given = numbers.clone();
            return this;
        }

        /** The share of the samples that may be damaged, 0 to 1, see {@link DamagedImages}; default 0.01. */
        public Builder damagedLimit(double share) {
            damagedLimit = Checks.within("damagedLimit", share, 0, 1);
            return this;
        }

        /** The number of batches loaded ahead, default 2; memory holds two more. */
        public Builder ahead(int batches) {
            ahead = Checks.atLeast("ahead", batches, 1);
            return this;
        }

        /** The number of threads besides the caller's; default one per core. With 0 nothing is loaded ahead. */
        public Builder threads(int count) {
            parallelism = Checks.atLeast("threads", count, 0);
            return this;
        }

        /** Starts to load; the numbers given to {@link #only} must exist. */
        public BatchLoader open() {
            Validate.isTrue((long) batchSize * transform.length() <= Integer.MAX_VALUE - 8,
                    "a batch of %s times %s numbers is too large", batchSize, transform.length());
            return new BatchLoader(this);
        }
    }
}
