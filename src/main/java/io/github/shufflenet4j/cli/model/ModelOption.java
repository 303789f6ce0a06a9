package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.pretrained.PublishedWeights;

/** {@code --model}: a trained network. */
public final class ModelOption {

    @Option(names = "--model", required = true, paramLabel = "FILE",
            description = "The network: " + ModelArgument.KINDS)
    private ModelArgument model;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** The file, fetched if necessary. */
    public Path file() throws IOException {
        return model.file(command);
    }

    /** The published weights; empty for a file. */
    Optional<PublishedWeights> published() {
        return model.published(command);
    }
}
