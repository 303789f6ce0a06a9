package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.nio.file.Path;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.modelfile.ExportFormat;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.TrainedModel;

/** {@code export}: models in the formats of other programs. */
@Command(name = "export", mixinStandardHelpOptions = true,
        description = {"Write a model in the format of --to's file extension. All formats keep the exact weights, class"
            + " names and preprocessing.",
            ".onnx: for inference runtimes, with any image and batch size.",
            ".pth: for load_state_dict(strict=True) of the original network in PyTorch.",
            ".safetensors: the same state dict for Hugging Face's libraries and others.",
            ".zip: a model file, for DL4J and the commands here."},
        footer = {"", "Example: shufflenet export --model model.zip --to model.onnx"})
public final class ExportCommand extends ModelCommand {

    @Option(names = "--to", required = true, paramLabel = "FILE", description = "File to write.")
    private Path to;

    @Mixin
    private LabelsOption labels;

    @Override
    public Integer call() throws Exception {
        ExportFormat format = checked(() -> ExportFormat.of(to));
        WriteCheck.file(to);
        Path file = model();
        TrainedModel trained = labels.apply(ModelLoader.load(file));
        try {
            format.write(to, trained);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        out().printf("%s: ShuffleNetV2 %s, %s layout, %d classes%n", to,
                trained.metadata().variant().label(), trained.metadata().blockLayout().label(),
                trained.metadata().classNames().size());
        return 0;
    }
}
