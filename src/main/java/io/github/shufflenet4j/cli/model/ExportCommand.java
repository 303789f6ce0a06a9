package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.cli.console.Usage;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.modelfile.ExportFormat;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.TrainedModel;

/** {@code export}: a model in a format of other programs. */
@Command(name = "export", mixinStandardHelpOptions = true,
        description = {"Write a model in the format that the ending of --to names. All keep the weights to the bit,"
            + " with class names and preprocessing.",
            ".onnx: for inference runtimes; takes images of any size in batches of any size.",
            ".pth: for PyTorch; load_state_dict(strict=True) of the source's network takes it.",
            ".safetensors: the same state dict for Hugging Face's libraries and others.",
            ".zip: a model file, for DL4J and the commands here."},
        footer = {"", "Example: shufflenet export --model model.zip --to model.onnx"})
public final class ExportCommand implements Callable<Integer> {

    @Mixin
    private ModelOption model;

    @Option(names = "--to", required = true, paramLabel = "FILE", description = "File to write.")
    private Path to;

    @Mixin
    private LabelsOption labels;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ExportFormat format = Usage.checked(spec, () -> ExportFormat.of(to));
        WriteCheck.file(to);
        Path file = model.file();
        TrainedModel trained = labels.apply(ModelLoader.load(file));
        try {
            format.write(to, trained);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        spec.commandLine().getOut().printf("%s: ShuffleNetV2 %s, %s layout, %d classes%n", to,
                trained.metadata().variant().label(), trained.metadata().blockLayout().label(),
                trained.metadata().classNames().size());
        return 0;
    }
}
