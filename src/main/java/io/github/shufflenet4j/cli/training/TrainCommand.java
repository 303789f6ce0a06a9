package io.github.shufflenet4j.cli.training;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.training.Trainer;
import io.github.shufflenet4j.training.TrainingEnvironment;
import io.github.shufflenet4j.training.TrainingOutcome;
import io.github.shufflenet4j.training.TrainingProgress;

/** {@code train}: a network for one's own images. */
@Command(name = "train", mixinStandardHelpOptions = true,
        description = {"Train on DIR/train/<class>/* and validate on DIR/val/<class>/*. In place of class folders,"
                + " train and val may hold WebDataset's tar files, or be lists, train.tsv and val.tsv, of paths and"
                + " classes.",
            "Writes OUT/report.html, OUT/metrics.csv, OUT/model.zip (the best epoch), OUT/last.zip, OUT/recipe.yaml,"
                + " OUT/tensorboard and checkpoints.",
            "Ctrl-C and SIGTERM finish the step, write a checkpoint and end with exit code 0, a second one ends at"
                    + " once; --resume OUT goes on from there, or from the last checkpoint before a crash, to the same"
                    + " network."},
        footer = {"", "With weights of another number of classes the classifier is replaced by a new one.",
            "What a recipe can say is described in zoo-configs/README.md; --set takes all of it.", "",
            "Example: shufflenet train --data flowers --output runs/flowers"
                    + " --weights imagenet --variant x0_5 --recipe finetune",
            "Example: shufflenet train --resume runs/flowers"})
public final class TrainCommand implements Callable<Integer> {

    @Mixin
    private TrainingArguments arguments;

    @Option(names = "--ui", description = "Show parameters, gradients and updates in DL4J's training page, at port "
            + TrainingPage.PORT + " of this machine on all its networks; costs time, and downloads the page first.")
    private boolean ui;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        return arguments.run(this::train);
    }

    private TrainingOutcome train(TrainingProgress progress, BooleanSupplier stop) throws IOException {
        Trainer trainer = new Trainer(progress, stop,
                ui ? List.of(TrainingPage.open(spec.commandLine().getOut())) : List.of());
        return arguments.train(trainer, new TrainingArguments.Place(TrainingEnvironment.local(), arguments.workers(),
                recipe -> { }));
    }
}
