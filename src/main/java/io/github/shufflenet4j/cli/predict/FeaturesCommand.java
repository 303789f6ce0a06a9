package io.github.shufflenet4j.cli.predict;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.cli.model.ExifOption;
import io.github.shufflenet4j.cli.model.ModelCommand;
import io.github.shufflenet4j.data.source.ImageList;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.inference.FeatureExtractor;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.transfer.FeatureFiles;

/** {@code features}: a network's features of images. */
@Command(name = "features", mixinStandardHelpOptions = true,
        description = {"Write a network's features of images as a NumPy array of float32: pooled features [N, D], or"
            + " the feature maps of a stage [N, C, H, W].",
            "F.tsv, beside F.npy, lists the image and the class of each row. Images are cropped as for prediction."},
        footer = {"", "Example: shufflenet features --model imagenet:x1_0 --data flowers/train --output flowers.npy",
            "Example: shufflenet features --model model.zip --stage stage3 --output maps.npy cat.jpg dog.jpg"})
public final class FeaturesCommand extends ModelCommand {

    @Option(names = "--output", required = true, paramLabel = "F.npy", description = "File to write.")
    private Path output;

    @Option(names = "--data", paramLabel = "DATA",
            description = "Folder of class folders or of WebDataset's tar files, or a list of paths and classes.")
    private Path data;

    @Option(names = "--stage", paramLabel = "S",
            description = "stage2, stage3, stage4 or conv5: its feature maps. Default: the pooled features.")
    private String stage;

    @Mixin
    private ExifOption exif;

    @Parameters(paramLabel = "IMAGE", arity = "0..*", description = "JPEG, PNG, WebP, BMP, TIFF or GIF files.")
    private List<Path> images = List.of();

    @Override
    public Integer call() throws Exception {
        if (data == null == images.isEmpty()) {
            throw usage("give either --data or images");
        }
        WriteCheck.file(output);
        ImageSource source = data == null ? new ImageList(images) : ImageSource.open(data);
        FeatureExtractor extractor = exif.apply(FeatureExtractor.load(model()));
        FeatureFiles.Result result;
        try (ConsoleProgress progress = progress()) {
            result = FeatureFiles.write(output, extractor, Optional.ofNullable(stage).map(NetworkPart::of), source,
                    progress.start("features", source.size(), "images"));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec().commandLine(), e.getMessage(), e);
        }
        warnOfSkipped(result.damaged());
        out().printf("%s: %s, rows named in %s%n", output, Arrays.toString(result.shape()),
                result.names());
        return 0;
    }
}
