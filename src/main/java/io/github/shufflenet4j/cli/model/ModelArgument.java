package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import picocli.CommandLine.Model.CommandSpec;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.cli.console.GlobalOptions;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.pretrained.PublishedWeights;

/** A user's reference to a model: a file, or the name of published weights, which are fetched when needed. */
public final class ModelArgument {

    /** The possible values, for descriptions of options. */
    public static final String KINDS = "a model file (.zip); weights (.pth, .safetensors, .onnx, .pdparams,"
            + " TorchScript); or imagenet:VARIANT, published weights ('shufflenet weights list').";

    private static final ShuffleNetV2Variant DEFAULT_WIDTH = ShuffleNetV2Variant.X1_0;

    private final Optional<Path> file;
    private final Optional<String> width;

    private ModelArgument(Optional<Path> file, Optional<String> width) {
        this.file = file;
        this.width = width;
    }

    /** {@code imagenet} and {@code imagenet:VARIANT} are names, all else is a file, such as {@code ./imagenet}. */
    public static ModelArgument of(String text) {
        if (text.equals(PublishedWeights.IMAGENET)) {
            return new ModelArgument(Optional.empty(), Optional.empty());
        }
        String prefix = PublishedWeights.IMAGENET + ":";
        return text.startsWith(prefix)
                ? new ModelArgument(Optional.empty(), Optional.of(text.substring(prefix.length())))
                : new ModelArgument(Optional.of(Path.of(text)), Optional.empty());
    }

    /** The file, fetched if necessary; a name without a variant stands for x1_0. */
    Path file(CommandSpec command) throws IOException {
        return file(command, Optional.empty());
    }

    /** The file, fetched if necessary; a name without a variant stands for {@code fallback}, or else x1_0. */
    public Path file(CommandSpec command, Optional<ShuffleNetV2Variant> fallback) throws IOException {
        return file.isPresent() ? file.get() : fetch(command, published(command, fallback));
    }

    /** The published weights; empty for a file. */
    Optional<PublishedWeights> published(CommandSpec command) {
        return file.isPresent() ? Optional.empty() : Optional.of(published(command, Optional.empty()));
    }

    /** Not when the argument is parsed, where picocli would take a wrong name for another argument. */
    private PublishedWeights published(CommandSpec command, Optional<ShuffleNetV2Variant> fallback) {
        return ConsoleCommand.checked(command, () -> PublishedWeights.imagenet(GlobalOptions.of(command).registry(),
                width.map(ShuffleNetV2Variant::of).or(() -> fallback).orElse(DEFAULT_WIDTH)));
    }

    /** The file of published weights, downloaded with progress on the console if necessary. */
    static Path fetch(CommandSpec command, PublishedWeights weights) throws IOException {
        try (ConsoleProgress progress = new ConsoleProgress(command)) {
            return GlobalOptions.of(command).cache().fetch(weights.file(), progress);
        }
    }
}
