package io.github.shufflenet4j.transfer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.inference.FeatureExtractor;
import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.weights.NpyFile;
import io.github.shufflenet4j.weights.Tensor;

/** Writes the features of images for other programs: an {@code .npy} array, and a table of the images of its rows. */
public final class FeatureFiles {

    /** Small, so that the feature maps of a batch take little memory. */
    private static final int BATCH = 32;
    private static final String ARRAY_ENDING = ".npy";

    private FeatureFiles() {
    }

    /**
     * The result.
     *
     * @param names   the table of names
     * @param shape   of the array
     * @param damaged images that could not be read, and have no row
     */
    public record Result(Path names, long[] shape, List<DamagedImage> damaged) {
    }

    /**
     * Writes features, image after image, so that any number of images needs little memory. The table is beside the
     * array, under its name with the ending {@code .tsv}: a line "image", tab, "class", and one for each row; the class
     * is left empty where the source has none. Both are written whole or not at all.
     *
     * @param output    ends in {@code .npy}
     * @param extractor of the features
     * @param part      whose feature maps are written, [N, C, H, W]; empty for the pooled features, [N, length]
     * @param progress  receives the number of images that are done, after each batch
     * @throws IllegalArgumentException if {@code output} has another ending, or the part gives no map
     * @throws DataException            if too many images cannot be read
     */
    public static Result write(Path output, FeatureExtractor extractor, Optional<NetworkPart> part, ImageSource images,
                               IntConsumer progress) throws IOException {
        String name = output.getFileName().toString();
        Validate.isTrue(name.endsWith(ARRAY_ENDING), "the features go to a file that ends in %s, got %s", ARRAY_ENDING,
                output);
        Path names = output.resolveSibling(name.substring(0, name.length() - ARRAY_ENDING.length()) + ".tsv");
        int[] shape = part.map(extractor::shape).orElseGet(() -> new int[] {extractor.length()});
        List<String> lines = new ArrayList<>(List.of("image\tclass"));
        List<DamagedImage> damaged = new ArrayList<>();
        NpyFile.writeRows(output, shape, rows -> {
            try (BatchLoader loader = BatchLoader.builder(images, extractor.metadata().preprocessing())
                    .batchSize(BATCH).threads(Workers.shared().size()).open()) {
                for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                    write(batch, extractor, part, shape, rows);
                    for (int sample : batch.samples()) {
                        lines.add(images.name(sample) + "\t" + images.classes().get(images.label(sample)));
                    }
                    loader.recycle(batch);
                    progress.accept(lines.size() - 1);
                }
                damaged.addAll(loader.damaged());
            }
        });
        AtomicFile.writeText(names, String.join("\n", lines) + "\n");
        return new Result(names, ArrayUtils.addFirst(Tensor.longShape(shape), lines.size() - 1), damaged);
    }

    private static void write(Batch batch, FeatureExtractor extractor, Optional<NetworkPart> part, int[] shape,
                              NpyFile.RowSink rows) throws IOException {
        int length = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        float[] values = new float[Math.multiplyExact(batch.size(), length)];
        if (part.isPresent()) {
            extractor.maps(batch.features(), batch.size(), part.get(), values);
        } else {
            extractor.pooled(batch.features(), batch.size(), values);
        }
        for (int i = 0; i < batch.size(); i++) {
            rows.add(Arrays.copyOfRange(values, i * length, (i + 1) * length));
        }
    }
}
