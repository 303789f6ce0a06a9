package io.github.shufflenet4j.transfer;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.inference.FeatureExtractor;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * A new classifier on frozen features: each image passes through the network once, and a multinomial logistic
 * regression is fitted to the results. It takes seconds where training takes minutes, and is the usual measure of the
 * quality of a network's features.
 *
 * <pre>{@code
 * Path weights = PublishedWeights.imagenet(ShuffleNetV2Variant.X0_5).fetch();
 * ModelWeights flowers = LinearProbe.load(weights).fit(ImageFolder.open(Path.of("flowers/train"))).weights();
 * ModelFile.write(Path.of("flowers.zip"), flowers.toModel(), false);
 * }</pre>
 */
public final class LinearProbe {

    private static final int BATCH = 32;

    private ModelWeights weights;
    private final String origin;
    private final FeatureExtractor extractor;
    private boolean flipped;
    private int limit = Integer.MAX_VALUE;
    private OptionalDouble damagedLimit = OptionalDouble.empty();
    private IntConsumer progress = images -> { };

    private LinearProbe(ModelWeights weights, String origin) {
        this.weights = weights;
        this.origin = origin;
        this.extractor = FeatureExtractor.of(weights);
    }

    /**
     * On the model in {@code file}: a model file, or weights in any form that {@link ModelLoader} knows.
     *
     * @throws IOException if the file cannot be read, is no model, or has layers that are not ShuffleNet V2's; the
     *     message says why in one line
     */
    public static LinearProbe load(Path file) throws IOException {
        ModelWeights weights = ModelLoader.loadWeights(file).orElseThrow(() -> new WeightFileException(file,
                "cannot be given a new classifier: its network has layers that are not ShuffleNet V2's"));
        try {
            return new LinearProbe(weights, file.getFileName().toString());
        } catch (IllegalArgumentException e) {
            throw new WeightFileException(file, "cannot be given a new classifier: " + e.getMessage(), e);
        }
    }

    /**
     * On these weights.
     *
     * @throws IllegalArgumentException if they are not finite, or take another number of channels than their
     *     preprocessing makes
     */
    public static LinearProbe of(ModelWeights weights) {
        return new LinearProbe(weights, weights.metadata().provenance().getOrDefault("source", "unknown"));
    }

    /** Whether every image is also learnt with left and right swapped, which takes twice the time; default false. */
    public LinearProbe flipped(boolean also) {
        this.flipped = also;
        return this;
    }

    /** Learns from a random sample of this size where there are more images; by default from all. */
    public LinearProbe limit(int images) {
        this.limit = Checks.atLeast("images", images, BATCH);
        return this;
    }

    /** The share of the images that may be damaged, as in {@link BatchLoader.Builder#damagedLimit}. */
    public LinearProbe damagedLimit(double share) {
        this.damagedLimit = OptionalDouble.of(share);
        return this;
    }

    /** Receives the number of images whose features are known, after each batch; by default nobody does. */
    public LinearProbe progress(IntConsumer receiver) {
        this.progress = requireNonNull(receiver, "receiver");
        return this;
    }

    /** Takes images as they are stored, not turned upright by their EXIF data; by default as for the weights. */
    public LinearProbe ignoringExif() {
        ModelMetadata metadata = weights.metadata();
        weights = new ModelWeights(metadata.withPreprocessing(metadata.preprocessing().ignoringExif(true)),
                weights.tensors());
        return this;
    }

    /**
     * The result.
     *
     * @param weights    the old body with the new classifier
     * @param images     number of images learnt from
     * @param l2         the penalty on the weights of standardised features that did best for a fifth of the images
     * @param heldOutTop1 top-1 accuracy on that fifth in percent, when they were not learnt from; NaN if there were too
     *                   few images to hold any out
     * @param damaged    images that could not be read
     */
    public record Result(ModelWeights weights, int images, double l2, double heldOutTop1, List<DamagedImage> damaged) {
    }

    /**
     * Fits a classifier of the classes of {@code images}.
     *
     * @throws DataException if there are fewer than two classes, too many images cannot be read, or their features
     *                       need more memory than Java may use
     * @throws IOException   if the images cannot be read at all
     */
    public Result fit(ImageSource images) throws IOException {
        List<String> classes = images.classes();
        if (classes.size() < 2) {
            throw new DataException("there is one class only, " + classes.get(0) + "; a classifier needs two");
        }
        requireMemory(Math.min(limit, images.size()), flipped, extractor.length(), Runtime.getRuntime().maxMemory());
        Features plain = new Features();
        Features mirrored = new Features();
        Preprocessing preprocessing = weights.metadata().preprocessing();
        List<DamagedImage> damaged;
        try (BatchLoader loader = loader(images, preprocessing)) {
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                plain.add(batch);
                if (flipped) {
                    mirror(batch.features(), preprocessing.size());
                    mirrored.add(batch);
                }
                loader.recycle(batch);
                progress.accept(plain.rows.size());
            }
            damaged = loader.damaged();
        }
        LogisticRegression head = LogisticRegression.fit(plain.table(), mirrored.table(), classes.size());
        return new Result(withHead(head, classes), plain.rows.size(), head.l2(), 100 * head.accuracy(), damaged);
    }

    private BatchLoader loader(ImageSource images, Preprocessing preprocessing) {
        BatchLoader.Builder builder = BatchLoader.builder(images, preprocessing).batchSize(BATCH)
                .threads(Workers.shared().size());
        damagedLimit.ifPresent(builder::damagedLimit);
        if (images.size() > limit) {
            builder.shuffled(0, 0).only(IntStream.range(0, limit / BATCH).toArray());
        }
        return builder.open();
    }

    /** Features are held twice: as they are, and standardised. */
    static void requireMemory(int images, boolean flipped, int features, long available) throws DataException {
        double needed = 2.0 * Float.BYTES * features * images * (flipped ? 2 : 1);
        if (needed > available) {
            throw new DataException(String.format(Locale.ROOT, "the %d features of each of %d images%s need %.1f GB of"
                    + " memory, but Java may use %.1f GB: give it more (-Xmx), or use fewer images%s", features, images,
                    flipped ? ", flipped ones too," : "", needed / 1e9, available / 1e9,
                    flipped ? ", or do not flip them" : ""));
        }
    }

    private final class Features {

        private final List<float[]> rows = new ArrayList<>();
        private final IntStream.Builder labels = IntStream.builder();

        void add(Batch batch) {
            int length = extractor.length();
            float[] features = new float[batch.size() * length];
            extractor.pooled(batch.features(), batch.size(), features);
            for (int i = 0; i < batch.size(); i++) {
                rows.add(Arrays.copyOfRange(features, i * length, (i + 1) * length));
                labels.add(batch.labels()[i]);
            }
        }

        FeatureTable table() {
            return new FeatureTable(extractor.length(), rows.toArray(float[][]::new), labels.build().toArray());
        }
    }

    /** Swaps left and right of planes of rows of {@code width}. */
    static void mirror(float[] planes, int width) {
        for (int row = 0; row < planes.length; row += width) {
            for (int left = row, right = row + width - 1; left < right; left++, right--) {
                float value = planes[left];
                planes[left] = planes[right];
                planes[right] = value;
            }
        }
    }

    private ModelWeights withHead(LogisticRegression head, List<String> classes) {
        ModelMetadata metadata = weights.metadata();
        Map<String, String> provenance = new TreeMap<>();
        provenance.put("startingWeights", origin);
        provenance.put("recipe", "linear probe: logistic regression on frozen features");
        provenance.put("l2", String.format(Locale.ROOT, "%g", head.l2()));
        return weights.withClassifier(metadata.withClassNames(classes).withProvenance(provenance)
                        .withTemperature(1),
                new Tensor(new int[] {classes.size(), extractor.length()}, head.weights()),
                new Tensor(new int[] {classes.size()}, head.biases()));
    }
}
