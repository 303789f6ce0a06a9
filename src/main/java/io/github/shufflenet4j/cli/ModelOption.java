package io.github.shufflenet4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import io.github.shufflenet4j.weights.PublishedWeights;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --model}, the same in every command that needs a trained network. */
final class ModelOption {

    @Option(names = "--model", required = true, paramLabel = "FILE",
            description = "The network: " + ModelArgument.KINDS)
    private ModelArgument model;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** The file, fetched if it is published weights and not here yet. */
    Path file() throws IOException {
        return model.file(command);
    }

    /** The published weights that are named, if it is not a file. */
    Optional<PublishedWeights> published() {
        return model.published(command);
    }
}
