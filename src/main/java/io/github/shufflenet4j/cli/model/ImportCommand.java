package io.github.shufflenet4j.cli.model;

import java.nio.file.Path;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.TrainedModel;

/** {@code import}: weights of other frameworks as model files. */
@Command(name = "import", mixinStandardHelpOptions = true,
        description = "Convert weights of torchvision, the authors, mmpretrain or PaddleClas to a model file.",
        footer = {"", "Example: shufflenet import --from shufflenetv2_x1.pth --to model.zip"})
public final class ImportCommand extends ConsoleCommand {

    @Option(names = "--from", required = true, paramLabel = "FILE", description = "Weights to read: "
            + ModelArgument.KINDS)
    private ModelArgument from;

    @Option(names = "--to", required = true, paramLabel = "FILE", description = "Model file to write.")
    private Path to;

    @Mixin
    private LabelsOption labels;

    @Override
    public Integer call() throws Exception {
        WriteCheck.file(to);
        TrainedModel model = labels.apply(ModelLoader.load(from.file(spec())));
        ModelFile.write(to, model, false);
        out().printf("%s: ShuffleNetV2 %s, %s layout, %d classes%n", to,
                model.metadata().variant().label(), model.metadata().blockLayout().label(),
                model.metadata().classNames().size());
        return 0;
    }
}
