package io.github.shufflenet4j.cli.training;

import java.util.List;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.training.ListenerCallback;
import io.github.shufflenet4j.training.TrainingBackend;
import io.github.shufflenet4j.training.TrainingCallback;

/** {@code train}: trains a network on one's own images. */
@Command(name = "train", mixinStandardHelpOptions = true,
        description = {"Train on DIR/train/<class>/* and validate on DIR/val/<class>/*; of DIR/<class>/*, a fifth is"
                + " for validation. In place of class folders, train and val may hold WebDataset's tar files, or be"
                + " lists, train.tsv and val.tsv, of paths and classes.",
            "Writes OUT/report.html, OUT/metrics.csv, OUT/model.zip (the best epoch), OUT/last.zip, OUT/recipe.yaml,"
                + " OUT/tensorboard and checkpoints.",
            "Ctrl-C and SIGTERM finish the step, write a checkpoint and exit with code 0, a second one exits at once;"
                    + " --resume OUT resumes from there, or from the last checkpoint before a crash, to the same"
                    + " network."},
        footer = {"", "If the weights are for other classes, their classifier is replaced by a new one; without a"
                + " recipe, by a linear probe, from which the network is fine-tuned.",
            "zoo-configs/README.md describes the keys of recipes; --set takes all of them.", "",
            "Example: shufflenet train --data flowers --output runs/flowers"
                    + " --weights imagenet --variant x0_5",
            "Example: shufflenet train --resume runs/flowers"})
public final class TrainCommand extends ConsoleCommand {

    @Mixin
    private TrainingArguments arguments;

    @Option(names = "--ui", description = "Show parameters, gradients and updates in DL4J's training page, at port "
            + TrainingPage.PORT + " of this machine on all its networks; slows training, and downloads the page first.")
    private boolean ui;

    @Override
    public Integer call() throws Exception {
        arguments.check();
        List<TrainingCallback> page = ui ? List.of(new ListenerCallback(TrainingPage.open(out()))) : List.of();
        return arguments.train(TrainingBackend.local(), arguments.workers(), recipe -> { }, page);
    }
}
