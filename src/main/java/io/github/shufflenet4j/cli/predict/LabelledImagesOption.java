package io.github.shufflenet4j.cli.predict;

import java.nio.file.Path;
import java.util.List;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.cli.data.ExcludeOption;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.source.DataSplit;
import io.github.shufflenet4j.data.source.Exclusion;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.weights.ModelMetadata;

/** {@code --data} and {@code --exclude}: labelled images on which a model is measured. */
final class LabelledImagesOption {

    @Option(names = "--data", required = true, paramLabel = "DATA",
            description = "Folder of class folders or of WebDataset's tar files, or a list of paths and classes; of a"
                    + " folder with val, that.")
    private Path data;

    @Mixin
    private ExcludeOption exclude;

    /** Where the images are. */
    Location place() throws DataException {
        return DataSplit.validationIn(Location.of(data));
    }

    /** The images, labelled by the classes of a model. */
    ImageSource open(ModelMetadata model) throws DataException {
        return Evaluation.images(images(), place(), model);
    }

    private ImageSource images() throws DataException {
        Exclusion excluded = exclude.read();
        if (excluded.names().isEmpty()) {
            return ImageSource.open(place());
        }
        // The list may name training images as well.
        List<ImageSource> parts = List.copyOf(DataSplit.openParts(Location.of(data)).values());
        return excluded.applyTo(Location.of(data), parts).get(parts.size() - 1);
    }
}
