package io.github.shufflenet4j.cli.model;

import java.nio.file.Path;
import java.util.Optional;

import org.deeplearning4j.nn.graph.ComputationGraph;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.cost.NetworkSummary;
import io.github.shufflenet4j.modelfile.ModelCard;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.pretrained.PublishedWeights;
import io.github.shufflenet4j.weights.TrainedModel;

/** {@code card}: model cards. */
@Command(name = "card", mixinStandardHelpOptions = true,
        description = "Write a model card in Markdown: network, data and training, accuracy, preprocessing, classes,"
                + " licence, as recorded in the model file, or in the registry for published weights, which need no"
                + " download.",
        footer = {"", "Example: shufflenet card --model model.zip --output card.md"})
public final class CardCommand extends ModelCommand {

    @Option(names = "--output", paramLabel = "FILE", description = "File to write. Default: standard output.")
    private Path output;

    @Override
    public Integer call() throws Exception {
        if (output != null) {
            WriteCheck.file(output);
        }
        Optional<PublishedWeights> published = published();
        String card = published.isPresent() ? card(published.get()) : card(ModelLoader.load(model()));
        if (output == null) {
            out().print(card);
            out().flush();
        } else {
            AtomicFile.writeText(output, card);
            out().println(output);
        }
        return 0;
    }

    private static String card(PublishedWeights weights) {
        int crop = weights.preprocessing().crop();
        ComputationGraph network = ShuffleNetV2.builder()
                .variant(weights.variant())
                .blockLayout(weights.blockLayout())
                .numClasses(weights.classNames().size())
                .inputShape(weights.preprocessing().channels(), crop, crop)
                .build().init();
        return card(new TrainedModel(network, weights.metadata()));
    }

    private static String card(TrainedModel model) {
        NetworkSummary summary = NetworkSummary.of(model.network(), model.inputType());
        return new ModelCard(model.metadata(), summary.parameters(), summary.macs()).markdown();
    }
}
