package io.github.shufflenet4j.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;

import org.deeplearning4j.zoo.PretrainedType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.io.download.FileCache;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.PretrainedWeights;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

class PublishedWeightsTest {

    /** Against torchvision's table of accuracies, and the hashes that are part of its files' names. */
    @Test
    void torchvisionsFour() {
        assertThat(PublishedWeights.all()).extracting(PublishedWeights::name)
                .containsExactly("imagenet:x0_5", "imagenet:x1_0", "imagenet:x1_5", "imagenet:x2_0");
        assertThat(PublishedWeights.all()).extracting(PublishedWeights::top1)
                .containsExactly(60.552, 69.362, 72.996, 76.230);
        for (PublishedWeights weights : PublishedWeights.all()) {
            assertThat(weights.file().fileName()).contains(weights.sha256().prefix().substring(0, 8)).endsWith(".pth");
            assertThat(weights.classNames()).hasSize(1000).contains("tench");
            assertThat(weights.metadata().classNames()).isEqualTo(weights.classNames());
            assertThat(weights.metadata().provenance()).containsEntry("licence", "BSD-3-Clause")
                    .containsKeys("recipe", "data", "top1", "top5", "source", "address", "sha256");
        }
        assertThat(PublishedWeights.all()).extracting(weights -> weights.preprocessing().resize())
                .containsExactly(256, 256, 232, 232);
    }

    @Test
    void widthsWithoutPublishedWeights() {
        assertThatThrownBy(() -> PublishedWeights.imagenet(ShuffleNetV2Variant.X0_25))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no weights were published for x0_25 on ImageNet; there are imagenet:x0_5, imagenet:x1_0,"
                        + " imagenet:x1_5, imagenet:x2_0");
    }

    @Test
    void filesAreRecognisedByTheirHashAndNotByTheirName(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("shufflenetv2_x0.5-f707e7126e.pth");
        Files.writeString(file, "something else");
        assertThat(PublishedWeights.recognise(file)).isEmpty();
    }

    @Test
    void theZooKnowsThem() {
        assertThat(ServiceLoader.load(PretrainedWeights.class)).hasSize(1);
        ShuffleNetV2 model = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X1_5).build();
        assertThat(model.pretrainedAvailable(PretrainedType.IMAGENET)).isTrue();
        assertThat(model.pretrainedAvailable(PretrainedType.CIFAR10)).isFalse();
        assertThat(model.pretrainedUrl(PretrainedType.IMAGENET))
                .isEqualTo("https://download.pytorch.org/models/shufflenetv2_x1_5-3c479a10.pth");
        ShuffleNetV2 narrow = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_25).numClasses(2).build();
        assertThat(narrow.pretrainedAvailable(PretrainedType.IMAGENET)).isFalse();
        assertThatThrownBy(() -> narrow.initPretrained(PretrainedType.IMAGENET))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("no pretrained weights of type IMAGENET for ShuffleNetV2 x0_25 in the torchvision layout");
        assertThat(ShuffleNetV2.builder().blockLayout(BlockLayout.MEGVII).build()
                .pretrainedAvailable(PretrainedType.IMAGENET)).isFalse();
        ShuffleNetV2 other = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).numClasses(10).build();
        assertThatThrownBy(() -> other.initPretrained(PretrainedType.IMAGENET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("imagenet:x0_5 have 1000 classes, this model has 10");
    }

    @Test
    void withoutTheFileTheZooSaysWhatToDo(@TempDir Path folder) {
        System.setProperty(FileCache.FOLDER_PROPERTY, folder.toString());
        System.setProperty(FileCache.OFFLINE_PROPERTY, "true");
        try {
            assertThatThrownBy(() -> ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).build().initPretrained())
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(folder.resolve("shufflenetv2_x0.5-f707e7126e.pth") + ": is not here");
            assertThatThrownBy(() -> ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).numClasses(3).build()
                    .initPretrainedBody(PretrainedType.IMAGENET)).isInstanceOf(IOException.class)
                    .hasMessageContaining("is not here");
        } finally {
            System.clearProperty(FileCache.FOLDER_PROPERTY);
            System.clearProperty(FileCache.OFFLINE_PROPERTY);
        }
    }
}
