package io.github.shufflenet4j.cli.data;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.ImageSources;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.data.source.ShardWriter;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.training.evaluation.Evaluator;

/** {@code datasets shard}. */
@Command(name = "shard", mixinStandardHelpOptions = true,
        description = {"Pack images into tar files in WebDataset's form, which train, evaluate and preview read as"
                    + " well.",
            "Of a folder with train and val both are packed, under the classes of train. Files are copied as they are,"
                    + " in a random order that is always the same."},
        footer = {"", "Example: shufflenet datasets shard --data flowers --output flowers-shards"})
final class ShardCommand implements Callable<Integer> {

    private static final String TRAIN = "train";
    private static final String VALIDATION = "val";

    @Option(names = "--data", required = true, paramLabel = "DATA",
            description = "Folder with train and val, a folder of class folders, or a list of paths and classes.")
    private Path data;

    @Option(names = "--output", required = true, paramLabel = "DIR",
            description = "Folder to make; must not exist or be empty.")
    private Path output;

    @Option(names = "--images-per-shard", paramLabel = "N", defaultValue = "1000",
            description = "Images in a tar file. Default: ${DEFAULT-VALUE}.")
    private int imagesPerShard;

    @Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ShardWriter writer = ConsoleCommand.checked(spec, () -> new ShardWriter(imagesPerShard));
        WriteCheck.folder(output);
        Map<String, ImageSource> parts = parts();
        writer.write(output, parts);
        PrintWriter out = spec.commandLine().getOut();
        parts.forEach((part, images) -> out.printf("%s: %d classes, %d images in %d tar files%n",
                output.resolve(part), images.classes().size(), images.size(),
                (images.size() + imagesPerShard - 1) / imagesPerShard));
        return 0;
    }

    private Map<String, ImageSource> parts() throws IOException {
        Location folder = Location.of(data);
        Location validation = ImageSources.split(folder, VALIDATION);
        if (!ImageSources.split(folder, TRAIN).exists() || !validation.exists()) {
            return Map.of("", ImageSources.open(data));
        }
        Map<String, ImageSource> parts = new LinkedHashMap<>();
        ImageSource train = ImageSources.open(data, TRAIN);
        parts.put(TRAIN, train);
        parts.put(VALIDATION, Evaluator.labelled(ImageSources.open(validation), validation.toString(),
                train.classes()));
        return parts;
    }
}
