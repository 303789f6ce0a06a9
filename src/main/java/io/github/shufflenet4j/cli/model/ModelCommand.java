package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import picocli.CommandLine.Option;

import io.github.shufflenet4j.backend.BackendChoice;
import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.pretrained.PublishedWeights;

/** A command on a trained network, {@code --model}. */
public abstract class ModelCommand extends ConsoleCommand {

    @Option(names = "--model", required = true, paramLabel = "FILE",
            description = "The network: " + ModelArgument.KINDS)
    private ModelArgument model;

    /** The model's file, fetched if necessary. */
    protected final Path model() throws IOException {
        return model.file(spec());
    }

    /** A classifier with the model in a file, on the backend that the command line asks for. */
    protected final ImageClassifier classifier(Path file) throws IOException {
        return globalOptions().backend() == BackendChoice.CUDA ? ImageClassifier.loadAsGraph(file)
                : ImageClassifier.load(file);
    }

    /** The published weights; empty for a file. */
    final Optional<PublishedWeights> published() {
        return model.published(spec());
    }
}
