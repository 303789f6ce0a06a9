package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.util.List;

import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.data.rendered.RenderedDataset;

/** Drawn shapes; see {@link RenderedDataset}. */
final class Rendered implements Arrangement {

    private static final int SIZE = 72;

    @Override
    public void arrange(DatasetDescription dataset, List<Archive> archives, DatasetWriter writer) throws IOException {
        int classes = RenderedDataset.CLASSES.size();
        writer.render(new RenderedDataset(SIZE, dataset.trainImages() / classes, dataset.valImages() / classes,
                dataset.seed()));
    }
}
