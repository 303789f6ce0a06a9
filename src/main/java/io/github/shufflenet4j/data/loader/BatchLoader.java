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
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageFormatException;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.InputTransform;

/**
 * The batches of one epoch, decoded and transformed in parallel ahead of the one who consumes them. What a batch
 * holds is a function of (source, transforms, seed, epoch, repetitions, batch size, index) alone: neither the number of
 * threads, nor which batches the loader gives, nor broken images elsewhere change it.
 *
 * <p>A broken image is left out of its batch, which gets smaller; a batch left empty is passed over. Once more than
 * {@linkplain Builder#brokenLimit a share} of the samples is found broken, {@link #next()} throws.
 *
 * <p>A loader belongs to one thread, and must be closed.
 */
public final class BatchLoader implements Closeable {

    private final ImageSource source;
    private final InputTransform transform;
    private final long seed;
    private final int epoch;
    private final EpochOrder order;
    /** What is done to a whole batch, or null. */
    private final BatchTransform mixing;
    private final int batchSize;
    private final int batches;
    /** The numbers of the batches to give. */
    private final int[] given;
    private final Executor executor;
    private final int parallelism;
    /** The threads if they are the loader's own, else null. */
    private final ExecutorService ownThreads;
    private final Queue<Assembly> ahead = new ArrayDeque<>();
    /** Memory of batches that were given and are done with. */
    private final Queue<float[]> spare = new ArrayDeque<>();
    private final BrokenImages broken;
    /** How many of the batches to give are given, or in the making. */
    private int begun;
    private boolean closed;

    private BatchLoader(Builder builder) {
        source = builder.source;
        transform = builder.transform;
        seed = builder.seed;
        epoch = builder.epoch;
        batchSize = builder.batchSize;
        int samples = source.size();
        broken = new BrokenImages(samples, builder.brokenLimit);
        order = builder.shuffled
                ? EpochOrder.shuffled(seed, epoch, samples, builder.repetitions, batchSize, builder.updateBatches)
                : EpochOrder.sequential(samples, builder.repetitions, batchSize, builder.updateBatches);
        mixing = builder.mixing;
        batches = samples / batchSize + (builder.dropLast || samples % batchSize == 0 ? 0 : 1);
        given = builder.given == null ? IntStream.range(0, batches).toArray() : builder.given;
        for (int batch : given) {
            if (batch < 0 || batch >= batches) {
                throw new IllegalArgumentException("there is no batch " + batch + " of " + batches);
            }
        }
        ownThreads = builder.executor == null ? newThreads(builder.parallelism) : null;
        executor = builder.executor == null ? ownThreads : builder.executor;
        parallelism = builder.parallelism;
        for (int i = 0; i < builder.ahead; i++) {
            assembleNext();
        }
    }

    /** A loader for a source, to be configured. */
    public static Builder builder(ImageSource source, InputTransform transform) {
        return new Builder(source, transform);
    }

    /** The number of batches of the whole epoch, wherever this loader started. */
    public int batches() {
        return batches;
    }

    /** The images skipped so far, in the order of the epoch. */
    public List<BrokenImage> broken() {
        return broken.list();
    }

    /**
     * The next batch, or null after the last. While it is not ready, the caller's thread helps to make it, so that a
     * busy executor cannot stall it.
     *
     * @throws DataException          if too many images are broken
     * @throws InterruptedIOException if the thread is interrupted; it stays so
     * @throws IllegalStateException  if the loader is closed
     */
    public Batch next() throws IOException {
        if (closed) {
            throw new IllegalStateException("the loader is closed");
        }
        while (!ahead.isEmpty()) {
            Assembly assembly = ahead.remove();
            assembleNext();
            assembly.run();
            Batch batch = await(assembly.done);
            broken.add(assembly.faults());
            if (batch.size() > 0) {
                return batch;
            }
        }
        return null;
    }

    /** Gives up what was begun. Threads of its own end; tasks given to an executor end with the image at hand. */
    @Override
    public void close() {
        closed = true;
        ahead.forEach(assembly -> assembly.done.cancel(false));
        ahead.clear();
        if (ownThreads != null) {
            ownThreads.shutdown();
        }
    }

    /**
     * Takes back the memory of a batch whose features nobody looks at any more, for a later one: 19 MB for 32 images of
     * 224x224, which the garbage collector would have to move about otherwise.
     */
    public void recycle(Batch batch) {
        spare.add(batch.features());
    }

    /** Of a recycled batch if there is one, with what it held. */
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
            executor.execute(assembly);
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
            // Not a broken image, which is no failure of a task, but a fault of the program or a lack of memory.
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

    /** A batch in the making: any number of threads may run it, and each takes the next sample until none is left. */
    private final class Assembly implements Runnable {

        private final int index;
        /** Position in the order of the epoch of the first sample. */
        private final int start;
        private final int[] samples;
        private final float[] features;
        private final BrokenImage[] faults;
        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicInteger unfinished;
        private final CompletableFuture<Batch> done = new CompletableFuture<>();

        Assembly(int index, int start, int end) {
            this.index = index;
            this.start = start;
            samples = IntStream.range(start, end).map(order::sample).toArray();
            features = memory(samples.length * transform.length());
            faults = new BrokenImage[samples.length];
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
                EncodedImage image = new EncodedImage(source.read(sample), name);
                AddressedRandom random = AddressedRandom.ofSample(seed, epoch, sample, order.copy(start + slot));
                transform.apply(image, random, features, slot * transform.length());
            } catch (ImageFormatException e) {
                faults[slot] = new BrokenImage(name, e.fault());
            } catch (ClosedByInterruptException e) {
                // The thread was interrupted; the image is as good as before.
                throw e;
            } catch (NoSuchFileException e) {
                faults[slot] = new BrokenImage(name, "no such file");
            } catch (IOException e) {
                faults[slot] = new BrokenImage(name, "cannot be read (" + e + ")");
            }
        }

        List<BrokenImage> faults() {
            return Arrays.stream(faults).filter(Objects::nonNull).toList();
        }

        /** The samples that are whole, moved together and then mixed. */
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

    /** What a loader is to do; every setting has a default. */
    public static final class Builder {

        private final ImageSource source;
        private final InputTransform transform;
        private long seed;
        private int epoch;
        private boolean shuffled;
        private int repetitions = 1;
        private int updateBatches = 1;
        private BatchTransform mixing;
        private int batchSize = 32;
        private boolean dropLast;
        /** Null for all. */
        private int[] given;
        private double brokenLimit = 0.01;
        private int ahead = 2;
        private Executor executor;
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

        /**
         * In the random order of an epoch; by default in the source's own. Seed and epoch address augmentation, too.
         */
        public Builder shuffled(long seed, int epoch) {
            this.seed = seed;
            this.epoch = epoch;
            shuffled = true;
            return this;
        }

        /**
         * Repeated augmentation, as torchvision's {@code RASampler}: several copies of a sample in an epoch, each
         * augmented in its own way. The epoch stays as long as the source is, and so shows only a part of the samples.
         * No batch holds two copies of a sample unless the batch is larger than the source. An unreadable image counts
         * once for each copy. Default: 1 copy.
         *
         * @param copies        of a sample, at least 1; fewer in a source of fewer samples than so many batches hold
         * @param updateBatches consecutive batches of an update, at least 1. If they are at least as many as the
         *                      copies, an update holds all copies of its samples; otherwise the copies are spread over
         *                      the epoch
         */
        public Builder repetitions(int copies, int updateBatches) {
            this.repetitions = Checks.atLeast("copies", copies, 1);
            this.updateBatches = Checks.atLeast("updateBatches", updateBatches, 1);
            return this;
        }

        /** What to do to each whole batch, such as {@link Mixup}; by default nothing. */
        public Builder mixing(BatchTransform transform) {
            mixing = Objects.requireNonNull(transform, "mixing");
            return this;
        }

        /** Whether a last batch that is not full is left out, as training wants; by default it is kept. */
        public Builder dropLast(boolean drop) {
            dropLast = drop;
            return this;
        }

        /**
         * The batches to give, by their numbers from 0, for going on within an epoch or for a share of it; by default
         * all.
         */
        public Builder only(int... numbers) {
            given = numbers.clone();
            return this;
        }

        /**
         * The share of the samples, 0 to 1, that may be broken before the loader stops, as {@link BrokenImages} takes
         * it; default 0.01.
         */
        public Builder brokenLimit(double share) {
            brokenLimit = Checks.within("brokenLimit", share, 0, 1);
            return this;
        }

        /** Batches in the making while one is consumed; default 2. So many and two more are held in memory. */
        public Builder ahead(int batches) {
            ahead = Checks.atLeast("ahead", batches, 1);
            return this;
        }

        /** With so many threads of the loader's own; default one per core. */
        public Builder threads(int count) {
            parallelism = Checks.atLeast("threads", count, 1);
            executor = null;
            return this;
        }

        /** On somebody's executor, as so many tasks at a time; tasks do not block. */
        public Builder executor(Executor executor, int parallelism) {
            this.parallelism = Checks.atLeast("parallelism", parallelism, 1);
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Starts to load.
         *
         * @throws IllegalArgumentException if a batch to give does not exist, or one is too large for an array
         */
        public BatchLoader open() {
            if ((long) batchSize * transform.length() > Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException("a batch of " + batchSize + " times " + transform.length()
                        + " numbers is too large");
            }
            return new BatchLoader(this);
        }
    }
}
