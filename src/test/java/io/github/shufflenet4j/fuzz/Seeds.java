package io.github.shufflenet4j.fuzz;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.archive.Archives;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.data.preparation.DatasetDescription;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.graph.ChannelShuffleVertex;
import io.github.shufflenet4j.layer.ConvNormActivation;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.CheckedModelFile;
import io.github.shufflenet4j.modelfile.ExportFormat;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.NpyFile;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.onnx.OnnxBuilder.Precision;
import io.github.shufflenet4j.weights.onnx.TorchOnnxExport;
import io.github.shufflenet4j.weights.torch.TorchFiles;

/** Small files of each format that are as they should be, to be changed. */
final class Seeds {

    private Seeds() {
    }

    /** Makes files. */
    @FunctionalInterface
    interface Source {
        List<byte[]> files() throws IOException;
    }

    @FunctionalInterface
    private interface Writer {
        void write(Path file) throws IOException;
    }

    private static byte[] written(Writer writer) throws IOException {
        Path folder = Files.createTempDirectory("seed");
        Path file = folder.resolve("seed");
        try {
            writer.write(file);
            return Files.readAllBytes(file);
        } finally {
            Files.delete(file);
            Files.delete(folder);
        }
    }

    /** Not a ShuffleNet, but quickly made. */
    private static TrainedModel tinyModel() {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder().seed(1)
                .updater(new Nesterovs(0.1, 0.9)).graphBuilder().addInputs("in")
                .setInputTypes(InputType.convolutional(4, 4, 3))
                .addLayer("conv", new ConvNormActivation.Builder(3).nOut(4).build(), "in")
                .addVertex("shuffle", new ChannelShuffleVertex(2, CNN2DFormat.NCHW), "conv")
                .addLayer("out", new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT).nOut(2)
                        .activation(Activation.SOFTMAX).build(), "shuffle")
                .setOutputs("out").build());
        network.init();
        return new TrainedModel(network, new ModelMetadata(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 3,
                List.of("cat", "dog"), Preprocessing.torchvision(5, 4), Map.of("source", "a test")));
    }

    private static TrainedModel shuffleNet() {
        return RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 2);
    }

    static List<byte[]> models() throws IOException {
        TrainedModel model = tinyModel();
        return List.of(written(file -> ModelFile.write(file, model, true)));
    }

    static List<byte[]> shuffleNets() throws IOException {
        TrainedModel model = shuffleNet();
        return List.of(ZipFormat.stored(written(file -> ModelFile.write(file, model, false))));
    }

    static List<byte[]> checkpoints() throws IOException {
        CheckedModelFile checkpoint = new CheckedModelFile(tinyModel(),
                Map.of("training.json", "{\"epoch\":3}".getBytes(StandardCharsets.UTF_8)));
        return List.of(written(checkpoint::write));
    }

    /** Changes the start of an array or a storage, where it says what it is, or any of its bytes. */
    static byte[] arrayHeader(byte[] content, Choices choices) {
        int end = Math.min(content.length, choices.oneIn(3) ? content.length : 160);
        return Edits.join(Edits.bytes(Arrays.copyOf(content, end), choices),
                Arrays.copyOfRange(content, end, content.length));
    }

    static List<byte[]> pth() throws IOException {
        return List.of(TorchFiles.smallZip());
    }

    static List<byte[]> legacyPth() {
        return List.of(TorchFiles.smallLegacy());
    }

    static List<byte[]> torchScript() throws IOException {
        return List.of(TorchFiles.smallScript());
    }

    static List<byte[]> pdparams() {
        return List.of(TorchFiles.smallPaddle(2), TorchFiles.smallPaddle(4));
    }

    static List<byte[]> safetensors() throws IOException {
        byte[] small = Edits.join(new byte[] {(byte) SAFETENSORS_HEADER.length(), 0, 0, 0, 0, 0, 0, 0},
                SAFETENSORS_HEADER.getBytes(StandardCharsets.UTF_8), new byte[32]);
        TrainedModel model = shuffleNet();
        return List.of(small, small, small, written(file -> ExportFormat.SAFETENSORS.write(file, model)));
    }

    private static final String SAFETENSORS_HEADER = "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
            + "\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[24,32]}}";

    static List<byte[]> onnx() throws IOException {
        TrainedModel model = shuffleNet();
        return List.of(written(file -> ExportFormat.ONNX.write(file, model)),
                TorchOnnxExport.write(model, new TorchOnnxExport.Style(true, false, true, false, false,
                        Precision.HALF), 1, 32).bytes(),
                TorchOnnxExport.write(model, new TorchOnnxExport.Style(false, true, false, true, true,
                        Precision.FLOAT), 1, 32).bytes());
    }

    static List<byte[]> npy() throws IOException {
        return List.of(written(file -> NpyFile.write(file, new Tensor(new int[] {2, 3}, new float[6]))));
    }

    static List<byte[]> recipes() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (String name : Recipe.SHIPPED) {
            files.add(Files.readAllBytes(Path.of("zoo-configs", name + ".yaml")));
        }
        return files;
    }

    static List<byte[]> datasets() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (String name : DatasetDescription.SHIPPED) {
            files.add(Files.readAllBytes(Path.of("datasets", name + ".yaml")));
        }
        return files;
    }

    static List<byte[]> tarShards() throws IOException {
        String longName = "long/".repeat(30);
        return List.of(Archives.of("1.jpg").with("1.cls", "0").with("2.cls", "1").with("2.png", "two").tar(),
                Archives.of(longName + "1.jpg").with(longName + "1.cls", "cat").tar());
    }

    static List<byte[]> imageLists() {
        return List.of("# a list\na/1.jpg\tcat\nb/2 3.png dog\n/c/4.webp\tcat\n".getBytes(StandardCharsets.UTF_8));
    }

    /** A dataset of two training and two validation images. */
    static String description(String layout, String kind) {
        return """
                title: t
                homepage: https://home.invalid
                licence: CC0-1.0
                terms: none
                classes: 2
                trainImages: 2
                valImages: 2
                layout: %s
                files:
                  - {name: %s, archive: %s}
                """.formatted(layout, FuzzedReader.NAME, kind);
    }

    static List<byte[]> splitFolders() throws IOException {
        return List.of(Archives.of("set/", "set/train/n01/a.JPEG", "./set/train/n02/a.JPEG", "set/readme",
                "set/val/n01/c.JPEG", "set/val/n02/d.JPEG").tar());
    }

    static List<byte[]> cifar10() throws IOException {
        return List.of(new Archives().with("bin/batches.meta.txt", "cat\ndog\n")
                .with("bin/data_batch_1.bin", new byte[2 * 3073]).with("bin/test_batch.bin", new byte[2 * 3073]).tgz());
    }

    static List<byte[]> tinyImageNet() throws IOException {
        return List.of(Archives.of("t/train/n01/images/a.JPEG", "t/train/n02/images/a.JPEG", "t/val/images/b.JPEG",
                "t/val/images/c.JPEG").with("t/val/val_annotations.txt", "b.JPEG\tn02\t0\nc.JPEG\tn01\t1\n").zip());
    }

    /** An image of each of several kinds that Java can write in a format. */
    static List<byte[]> images(String format) {
        List<byte[]> files = new ArrayList<>();
        files.add(TestImages.encode(TestImages.pattern(17, 9), format));
        for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_BYTE_INDEXED,
            BufferedImage.TYPE_BYTE_BINARY}) {
            files.add(TestImages.encode(new BufferedImage(9, 7, type), format));
        }
        return files;
    }

    static List<byte[]> jpeg() {
        return List.of(TestImages.encode(TestImages.pattern(17, 9), "jpg"),
                TestImages.encode(new BufferedImage(9, 7, BufferedImage.TYPE_BYTE_GRAY), "jpg"),
                byOpenCv(".jpg", 3, opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1));
    }

    private static byte[] byOpenCv(String ending, int channels, int... settings) {
        byte[] pixels = new byte[17 * 9 * channels];
        new Random(1).nextBytes(pixels);
        try (BytePointer data = new BytePointer(pixels);
                Mat image = new Mat(9, 17, opencv_core.CV_8UC(channels), data);
                BytePointer encoded = new BytePointer();
                IntPointer parameters = new IntPointer(settings)) {
            opencv_imgcodecs.imencode(ending, image, encoded, parameters);
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            return bytes;
        }
    }

    static List<byte[]> png() {
        List<byte[]> files = images("png");
        for (int type : new int[] {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_USHORT_GRAY}) {
            files.add(TestImages.encode(new BufferedImage(9, 7, type), "png"));
        }
        return files;
    }

    /** Lossy, and with alpha; lossless, and with alpha. */
    static List<byte[]> webp() {
        int quality = opencv_imgcodecs.IMWRITE_WEBP_QUALITY;
        return List.of(byOpenCv(".webp", 3, quality, 50), byOpenCv(".webp", 4, quality, 50),
                byOpenCv(".webp", 3, quality, 101), byOpenCv(".webp", 4, quality, 101));
    }

    static List<byte[]> pnm() {
        return List.of(pnm("P6", 3), pnm("P5", 1));
    }

    private static byte[] pnm(String magic, int samples) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes((magic + "\n# a comment\n5 4 255\n").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[20 * samples]);
        return out.toByteArray();
    }
}
