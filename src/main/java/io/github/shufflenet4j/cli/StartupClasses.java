package io.github.shufflenet4j.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

import org.apache.commons.io.FileUtils;

import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.KeyScheme;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.StateDict;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.safetensors.SafetensorsFile;

/**
 * Loads the classes of a prediction, by one of a black photo with a network of zeros. A launcher runs it once, with
 * {@code -XX:ArchiveClassesAtExit}, so that commands start from classes that Java has read and verified already.
 */
public final class StartupClasses {

    private static final ShuffleNetV2Variant VARIANT = ShuffleNetV2Variant.X0_25;
    private static final BlockLayout LAYOUT = BlockLayout.TORCHVISION;
    private static final int SIDE = 64;

    private StartupClasses() {
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("shufflenet");
        try {
            Path model = folder.resolve("model.safetensors");
            writeModel(model);
            Path photo = folder.resolve("photo.jpg");
            ImageIO.write(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB), "jpg", photo.toFile());
            String[] prediction = {"predict", "--model", model.toString(), photo.toString()};
            int code = Main.commandLine(prediction).setOut(new PrintWriter(Writer.nullWriter())).execute(prediction);
            if (code != 0) {
                throw new IllegalStateException("the prediction ended with " + code);
            }
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
    }

    private static void writeModel(Path file) throws IOException {
        ModelMetadata metadata = new ModelMetadata(VARIANT, LAYOUT, Preprocessing.ChannelOrder.RGB.channels(),
                List.of("no", "yes"), Preprocessing.torchvision(SIDE, SIDE), Map.of());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        KeyScheme.of(LAYOUT).shapes(VARIANT, metadata.inputChannels(), metadata.classNames().size(), true)
                .forEach((key, shape) -> tensors.put(key,
                        new Tensor(shape, new float[(int) Tensor.elements(Tensor.longShape(shape))])));
        SafetensorsFile.write(file, tensors, Map.of(StateDict.METADATA_KEY, ModelMetadata.json(metadata)));
    }
}
