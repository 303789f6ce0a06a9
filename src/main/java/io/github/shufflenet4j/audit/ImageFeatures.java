package io.github.shufflenet4j.audit;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.inference.FeatureExtractor;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/**
 * What a network sees in the images that can be read.
 *
 * @param samples    their numbers in the source, rising
 * @param labels     of each of them
 * @param rows       features of each of them
 * @param thumbnails of each of them
 * @param damaged    the images that cannot be read
 */
record ImageFeatures(int[] samples, int[] labels, float[][] rows, Thumbnail[] thumbnails, List<DamagedImage> damaged) {

    private static final int BATCH = 32;

    /**
     * Reads all images, however many are damaged.
     *
     * @param progress receives the number of images that are done
     * @throws DataException if none can be read, or the features need more memory than Java may use
     */
    static ImageFeatures read(ImageSource images, FeatureExtractor extractor, IntConsumer progress)
            throws IOException {
        requireMemory(images, extractor.length(), Runtime.getRuntime().maxMemory());
        Preprocessing preprocessing = extractor.metadata().preprocessing();
        float[][] rows = new float[images.size()][];
        Thumbnail[] thumbnails = new Thumbnail[images.size()];
        List<DamagedImage> damaged;
        int length = extractor.length();
        int done = 0;
        try (BatchLoader loader = BatchLoader.builder(images, preprocessing).batchSize(BATCH).damagedLimit(1)
                .threads(Workers.shared().size()).open()) {
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                float[] features = new float[batch.size() * length];
                extractor.pooled(batch.features(), batch.size(), features);
                int[] samples = batch.samples();
                float[] inputs = batch.features();
                Workers.shared().parallelFor(samples.length, i -> {
                    rows[samples[i]] = Arrays.copyOfRange(features, i * length, (i + 1) * length);
                    thumbnails[samples[i]] = Thumbnail.of(
                            preprocessing.picture(inputs, i * preprocessing.length(), preprocessing.size()));
                });
                loader.recycle(batch);
                done += samples.length;
                progress.accept(done);
            }
            damaged = loader.damaged();
        }
        DataException.throwIf(damaged.size() == images.size(),
                "none of the " + images.size() + " images can be read; the first is " + (damaged.isEmpty() ? ""
                        : damaged.get(0)));
        int[] samples = IntStream.range(0, rows.length).filter(sample -> rows[sample] != null).toArray();
        return new ImageFeatures(samples, Arrays.stream(samples).map(images::label).toArray(),
                Arrays.stream(samples).mapToObj(sample -> rows[sample]).toArray(float[][]::new),
                Arrays.stream(samples).mapToObj(sample -> thumbnails[sample]).toArray(Thumbnail[]::new), damaged);
    }

    /** Features are held three times, where they are standardised for folds; probabilities twice. */
    static void requireMemory(ImageSource images, int features, long available) throws DataException {
        double needed = images.size() * (4.0 * (3 * features + 2 * images.classes().size())
                + Thumbnail.SIDE * Thumbnail.SIDE);
        if (needed > available) {
            throw new DataException(String.format(Locale.ROOT, "the audit of %d images of %d classes needs %.1f GB of"
                    + " memory, but Java may use %.1f GB: give it more (-Xmx), or audit fewer images", images.size(),
                    images.classes().size(), needed / 1e9, available / 1e9));
        }
    }
}
