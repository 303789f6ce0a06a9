package io.github.shufflenet4j.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.Shared;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.data.source.ImageList;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.inference.FeatureExtractor;
import io.github.shufflenet4j.inference.FeatureMap;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.modelfile.ModelZip;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.NpyFile;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;

/** Features of images and what is made of them: files, and classifiers. */
class LinearProbeTest {

    private static final List<String> CLASSES = List.of("a red one", "green", "it is blue");
    private static final int OLD_CLASSES = 7;

    @TempDir
    private static Path folder;
    private static ImageFolder train;
    private static ImageFolder validation;

    /** Of three classes that any features tell apart: red, green and blue noise. */
    @BeforeAll
    static void paint() throws IOException {
        train = ImageFolder.open(paint(folder.resolve("train"), 12));
        validation = ImageFolder.open(paint(folder.resolve("val"), 5));
    }

    private static Path paint(Path target, int each) throws IOException {
        Random random = new Random(each);
        for (int colour = 0; colour < CLASSES.size(); colour++) {
            Path classFolder = Files.createDirectories(target.resolve(CLASSES.get(colour)));
            for (int number = 0; number < each; number++) {
                BufferedImage image = new BufferedImage(72, 72, BufferedImage.TYPE_INT_RGB);
                for (int pixel = 0; pixel < 72 * 72; pixel++) {
                    int dim = random.nextInt(0x40) * 0x010101;
                    image.setRGB(pixel % 72, pixel / 72, dim | 0x80 + random.nextInt(0x80) << 8 * (2 - colour));
                }
                ImageIO.write(image, "png", classFolder.resolve(number + ".png").toFile());
            }
        }
        return target;
    }

    private static ModelWeights random(BlockLayout layout) {
        return ModelWeights.of(RandomModels.of(ShuffleNetV2Variant.X0_5, layout, OLD_CLASSES));
    }

    private static double top1(ModelWeights weights, ImageFolder images) throws IOException {
        int hits = 0;
        try (ImageClassifier classifier = ImageClassifier.of(weights)) {
            List<List<Prediction>> ranked = classifier.classify(
                    IntStream.range(0, images.size()).mapToObj(images::name).map(Path::of).toList());
            for (int i = 0; i < images.size(); i++) {
                hits += ranked.get(i).get(0).index() == images.label(i) ? 1 : 0;
            }
        }
        return 100.0 * hits / images.size();
    }

    /** The authors' network has no bias of the classifier, but gets one. */
    @Test
    void theBodyStaysAndTheNewHeadKnowsTheClasses() throws IOException {
        for (BlockLayout layout : BlockLayout.values()) {
            ModelWeights before = random(layout);
            LinearProbe.Result result = LinearProbe.of(before).fit(train);
            assertThat(result.images()).isEqualTo(36);
            assertThat(result.heldOutTop1()).isEqualTo(100);
            ModelWeights after = result.weights();
            assertThat(after.metadata().classNames()).isEqualTo(train.classes());
            assertThat(after.metadata().preprocessing()).isEqualTo(before.metadata().preprocessing());
            assertThat(after.classifierWeight().shape()).containsExactly(3, 1024);
            for (Map.Entry<String, Tensor> tensor : before.tensors().entrySet()) {
                if (tensor.getValue().shape()[0] != OLD_CLASSES) {
                    assertThat(after.tensors().get(tensor.getKey()).data()).containsExactly(tensor.getValue().data());
                }
            }
            assertThat(top1(after, validation)).isEqualTo(100);

            Path file = folder.resolve(layout + ".zip");
            ModelFile.write(file, after.toModel(), false);
            ModelWeights read = ModelZip.readWeights(file).orElseThrow();
            assertThat(read.metadata()).isEqualTo(after.metadata());
            after.tensors().forEach((key, tensor) ->
                    assertThat(read.tensors().get(key).data()).as(key).containsExactly(tensor.data()));
        }
    }

    @Test
    void theFlippedImagesAreLearntFromAsWell() throws IOException {
        ModelWeights weights = random(BlockLayout.TORCHVISION);
        float[] plain = LinearProbe.of(weights).fit(train).weights().classifierWeight().data();
        float[] flipped = LinearProbe.of(weights).flipped(true).fit(train).weights().classifierWeight().data();
        assertThat(flipped).isNotEqualTo(plain);
        float[] planes = {1, 2, 3, 4, 5, 6};
        LinearProbe.mirror(planes, 3);
        assertThat(planes).containsExactly(3, 2, 1, 6, 5, 4);
    }

    @Test
    void oneClassIsRefused() throws IOException {
        Path one = Files.createDirectories(folder.resolve("one/cat"));
        Files.copy(Path.of(train.name(0)), one.resolve("a.png"));
        ImageFolder images = ImageFolder.open(one.getParent());
        LinearProbe probe = LinearProbe.of(random(BlockLayout.TORCHVISION));
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> probe.fit(images))
                .withMessageContaining("one class only, cat");
        Path none = Files.writeString(folder.resolve("none.pth"), "nothing");
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> LinearProbe.load(none))
                .withMessageStartingWith(none.toString());
    }

    @Test
    void featuresThatNeedMoreMemoryThanThereIsAreRefusedBeforeTheyAreComputed() throws IOException {
        long gigabyte = 1_000_000_000;
        LinearProbe.requireMemory(1_281_167, false, 2048, 21 * gigabyte);
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> LinearProbe.requireMemory(1_281_167, true, 2048, 21 * gigabyte))
                .withMessage("the 2048 features of each of 1281167 images, flipped ones too, need 42.0 GB of memory,"
                        + " but Java may use 21.0 GB: give it more (-Xmx), or use fewer images, or do not flip them");
        ImageSource endless = new ImageSource() {
            @Override
            public int size() {
                return Integer.MAX_VALUE;
            }

            @Override
            public List<String> classes() {
                return CLASSES;
            }

            @Override
            public int label(int sample) {
                return 0;
            }

            @Override
            public String name(int sample) {
                return "image " + sample;
            }

            @Override
            public byte[] read(int sample) {
                throw new AssertionError("read");
            }

            @Override
            public Fingerprint fingerprint() {
                throw new AssertionError("fingerprint");
            }
        };
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> LinearProbe.of(random(BlockLayout.TORCHVISION)).fit(endless))
                .withMessageContaining("1024 features of each of 2147483647 images need");
    }

    @Test
    void featuresAreTheSameFromFilesImagesAndInputs() throws IOException {
        FeatureExtractor extractor = FeatureExtractor.of(random(BlockLayout.TORCHVISION));
        List<Path> files = List.of(Path.of(train.name(0)), Path.of(train.name(20)), Path.of(train.name(35)));
        List<float[]> together = extractor.pooled(files);
        assertThat(together).hasSize(3);
        float[] alone = extractor.pooled(files.get(1));
        assertThat(alone).hasSize(1024).containsExactly(together.get(1)).isNotEqualTo(together.get(0));
        List<FeatureMap> maps = extractor.maps(files.get(1), NetworkPart.CONV5, NetworkPart.STAGE2);
        assertThat(maps).extracting(FeatureMap::part).containsExactly(NetworkPart.CONV5, NetworkPart.STAGE2);
        FeatureMap conv5 = maps.get(0);
        assertThat(conv5.values()).hasSize(1024 * 2 * 2);
        float mean = 0;
        for (int i = 0; i < 4; i++) {
            mean += conv5.values()[i] / 4;
        }
        assertThat(mean).isCloseTo(alone[0], within(1e-5f));
        assertThat(List.of(maps.get(1).channels(), maps.get(1).height(), maps.get(1).width()))
                .containsExactly(48, 8, 8);
        float[] values = new float[48 * 8 * 8];
        extractor.maps(extractor.metadata().preprocessing().apply(ImageDecoder.read(files.get(1))), 1,
                NetworkPart.STAGE2, values);
        assertThat(values).containsExactly(maps.get(1).values());
    }

    @Test
    void featuresAreWrittenRowByRow() throws IOException {
        FeatureExtractor extractor = FeatureExtractor.of(random(BlockLayout.TORCHVISION));
        Path output = folder.resolve("f.npy");
        List<Integer> done = new ArrayList<>();
        FeatureFiles.Result result = FeatureFiles.write(output, extractor, Optional.empty(), train, done::add);
        assertThat(done).containsExactly(32, 36);
        assertThat(result.shape()).containsExactly(36, 1024);
        Tensor read = NpyFile.read(output);
        assertThat(read.shape()).containsExactly(36, 1024);
        assertThat(Arrays.copyOfRange(read.data(), 27 * 1024, 28 * 1024))
                .containsExactly(extractor.pooled(Path.of(train.name(27))));
        List<String> names = Files.readAllLines(folder.resolve("f.tsv"));
        assertThat(names).hasSize(37).startsWith("image\tclass").element(28)
                .isEqualTo(Path.of(train.name(27)) + "\t" + train.classes().get(train.label(27)));

        FeatureFiles.Result maps = FeatureFiles.write(output, extractor, Optional.of(NetworkPart.STAGE4),
                new ImageList(List.of(Path.of(train.name(3)))), images -> { });
        assertThat(maps.shape()).containsExactly(1, 192, 2, 2);
        assertThat(NpyFile.read(output).data())
                .containsExactly(extractor.maps(Path.of(train.name(3)), NetworkPart.STAGE4).get(0).values());
        assertThat(Files.readAllLines(folder.resolve("f.tsv"))).containsExactly("image\tclass", train.name(3) + "\t");
    }

    /** Photos of flowers, on torchvision's ImageNet weights: more than 82 % of 300 that it has not seen. */
    @Test
    void imageNetsFeaturesTellFlowersApart() throws IOException {
        Path flowers = Shared.path("images/flowers");
        LinearProbe.Result result =
                LinearProbe.load(Shared.path("weights/shufflenetv2_x0_5-imagenet-fp16.safetensors"))
                        .fit(ImageFolder.open(flowers.resolve("train")));
        assertThat(result.heldOutTop1()).isGreaterThan(82);
        assertThat(top1(result.weights(), ImageFolder.open(flowers.resolve("val")))).isGreaterThan(82);
    }
}
