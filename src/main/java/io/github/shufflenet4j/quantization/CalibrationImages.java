package io.github.shufflenet4j.quantization;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/**
 * A random sample of images, the same each time, on whose activations a network is calibrated. Labels do not matter.
 */
public final class CalibrationImages {

    private static final int BATCH = 25;

    private final ImageSource source;
    private final int count;
    private final Preprocessing preprocessing;
    private final IntConsumer progress;
    private final List<DamagedImage> damaged = new ArrayList<>();
    /** Images of finished passes. */
    private int passed;

    /**
     * @param images   at least 1; all if the source has fewer
     * @param progress receives the number of images that are done, those of all passes together
     */
    public CalibrationImages(ImageSource source, int images, Preprocessing preprocessing, IntConsumer progress) {
        this.source = Objects.requireNonNull(source, "source");
        this.count = Math.min(source.size(), Checks.atLeast("images", images, 1));
        this.preprocessing = Objects.requireNonNull(preprocessing, "preprocessing");
        this.progress = Objects.requireNonNull(progress, "progress");
    }

    /** Number of images in the sample. */
    public int count() {
        return count;
    }

    /** The images that could not be read. */
    public List<DamagedImage> damaged() {
        return List.copyOf(damaged);
    }

    /**
     * Goes through all of them, several at the same time.
     *
     * @throws DataException if too many images cannot be read
     */
    void forEach(Consumer<List<Plane>> task) throws IOException {
        int batch = Math.min(BATCH, count);
        int[] batches = new int[Rounding.ceilDiv(count, batch)];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = i;
        }
        int done = 0;
        try (BatchLoader loader = BatchLoader.builder(source, preprocessing).batchSize(batch).shuffled(0, 0)
                .only(batches).threads(Workers.shared().size()).open()) {
            for (Batch next = loader.next(); next != null; next = loader.next()) {
                float[] features = next.features();
                int images = Math.min(next.size(), count - done);
                Workers.shared().parallelFor(images, i -> task.accept(Plane.image(features, i, preprocessing)));
                done += images;
                progress.accept(passed + done);
                loader.recycle(next);
            }
            passed += done;
            damaged.clear();
            damaged.addAll(loader.damaged());
        }
        DataException.throwIf(done == 0, "no image can be read to calibrate on; the first is "
                + (damaged.isEmpty() ? "missing" : damaged.get(0)));
    }
}
