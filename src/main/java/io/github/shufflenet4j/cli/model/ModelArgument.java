package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import picocli.CommandLine.Model.CommandSpec;

import io.github.shufflenet4j.cli.console.ConsoleDownload;
import io.github.shufflenet4j.cli.console.GlobalOptions;
import io.github.shufflenet4j.cli.console.Usage;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.pretrained.PublishedWeights;

/** What a user calls a model by: a file, or the name of published weights, which are fetched when they are needed. */
public final class ModelArgument {

    /** What there is to choose from, for descriptions of options. */
    public static final String KINDS = "a model file (.zip); weights (.pth, .safetensors, .onnx, .pdparams,"
            + " TorchScript); or imagenet:VARIANT, published weights ('shufflenet weights list').";

    private static final ShuffleNetV2Variant DEFAULT_WIDTH = ShuffleNetV2Variant.X1_0;

    private final Optional<Path> file;
    private final Optional<String> width;

    private ModelArgument(Optional<Path> file, Optional<String> width) {
        this.file = file;
        this.width = width;
    }

    /** {@code imagenet} and {@code imagenet:VARIANT} are names, everything else is a file; so is {@code ./imagenet}. */
    public static ModelArgument of(String text) {
        if (text.equals(PublishedWeights.IMAGENET)) {
            return new ModelArgument(Optional.empty(), Optional.empty());
        }
        String prefix = PublishedWeights.IMAGENET + ":";
        return text.startsWith(prefix)
                ? new ModelArgument(Optional.empty(), Optional.of(text.substring(prefix.length())))
                : new ModelArgument(Optional.of(Path.of(text)), Optional.empty());
    }

    /** The file, fetched if it is published weights and not here yet; without a width, those of x1.0. */
    Path file(CommandSpec command) throws IOException {
        return file(command, Optional.empty());
    }

    /** The file, fetched if need be; a name without a width means {@code fallback}'s. */
    public Path file(CommandSpec command, Optional<ShuffleNetV2Variant> fallback) throws IOException {
        return file.isPresent() ? file.get() : fetch(command, published(command, fallback));
    }

    /** The published weights that are named, if it is not a file. */
    Optional<PublishedWeights> published(CommandSpec command) {
        return file.isPresent() ? Optional.empty() : Optional.of(published(command, Optional.empty()));
    }

    /** Here and not where the argument is parsed, since picocli takes what fails there for another argument. */
    private PublishedWeights published(CommandSpec command, Optional<ShuffleNetV2Variant> fallback) {
        return Usage.checked(command, () -> PublishedWeights.imagenet(GlobalOptions.of(command).registry(),
                width.map(ShuffleNetV2Variant::of).or(() -> fallback).orElse(DEFAULT_WIDTH)));
    }

    /** The file with published weights, and on the way there a bar or lines about the download. */
    static Path fetch(CommandSpec command, PublishedWeights weights) throws IOException {
        try (ConsoleDownload progress = new ConsoleDownload(command.commandLine().getErr())) {
            return GlobalOptions.of(command).cache().fetch(weights.file(), progress);
        }
    }
}
