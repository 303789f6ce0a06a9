package io.github.shufflenet4j.cli.predict;

import java.nio.file.Path;
import java.util.Arrays;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.cli.model.ModelCommand;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.model.Activations;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.NpyFile;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;

/** {@code forward}: activations for comparison with other frameworks. */
@Command(name = "forward", mixinStandardHelpOptions = true,
        description = "Run a network on a NumPy array and write its logits, or the activations of a layer.",
        footer = {"", "Example: shufflenet forward --model model.zip --input x.npy --output stage2.npy --layer stage2"})
public final class ForwardCommand extends ModelCommand {

    @Option(names = "--input", required = true, paramLabel = "X.npy",
            description = "Array of shape [N, C, H, W], already preprocessed.")
    private Path input;

    @Option(names = "--output", required = true, paramLabel = "Y.npy", description = "File to write, float32.")
    private Path output;

    @Option(names = "--layer", paramLabel = "NAME", defaultValue = ShuffleNetV2.FC,
            description = "conv1, maxpool, stage2, stage3, stage4, conv5, pool, fc (the logits, before softmax) or any"
                    + " name that 'summary' lists. Default: ${DEFAULT-VALUE}.")
    private String layer;

    @Override
    public Integer call() throws Exception {
        WriteCheck.file(output);
        TrainedModel trained = ModelLoader.load(model());
        Tensor array = NpyFile.read(input);
        int[] shape = array.shape();
        int channels = trained.metadata().inputChannels();
        if (shape.length != 4 || shape[0] < 1 || shape[1] != channels
                || shape[2] < ShuffleNetV2.MINIMUM_SIZE || shape[3] < ShuffleNetV2.MINIMUM_SIZE) {
            throw new WeightFileException(input, "has shape " + Arrays.toString(shape) + ", expected [N, " + channels
                    + ", H, W] with H and W at least " + ShuffleNetV2.MINIMUM_SIZE);
        }
        INDArray batch = Nd4j.createFromArray(array.data())
                .reshape('c', shape[0], shape[1], shape[2], shape[3]);
        INDArray result = Activations.of(trained.network(), batch, layer).dup('c');
        int[] resultShape = Arrays.stream(result.shape()).mapToInt(Math::toIntExact).toArray();
        NpyFile.write(output, new Tensor(resultShape, result.data().asFloat()));
        return 0;
    }
}
