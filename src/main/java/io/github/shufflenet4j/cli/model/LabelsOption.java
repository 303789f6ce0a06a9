package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import picocli.CommandLine.Option;

import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;

/** {@code --labels}: names for a model's classes. */
public final class LabelsOption {

    @Option(names = "--labels", paramLabel = "FILE",
            description = "Text file with a class name on each line, in the order of the network's outputs."
                    + " Default: those of the model file; ImageNet's for weights with 1000 classes; else numbers.")
    private Path file;

    TrainedModel apply(TrainedModel model) throws IOException {
        return file == null ? model
                : new TrainedModel(model.network(), model.metadata().withClassNames(read(model.metadata())));
    }

    /** Returns the classifier with these names, or unchanged without the option. */
    public ImageClassifier apply(ImageClassifier classifier) throws IOException {
        return file == null ? classifier : classifier.withClassNames(read(classifier.metadata()));
    }

    private List<String> read(ModelMetadata metadata) throws IOException {
        List<String> names;
        try {
            names = Files.readAllLines(file).stream().map(String::strip).filter(name -> !name.isEmpty()).toList();
        } catch (MalformedInputException e) {
            throw new WeightFileException(file, "is not a text file in UTF-8", e);
        }
        int classes = metadata.classNames().size();
        WeightFileException.throwIf(names.size() != classes, file,
                "names " + names.size() + " classes, but the model has " + classes);
        return names;
    }
}
