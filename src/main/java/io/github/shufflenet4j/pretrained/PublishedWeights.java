package io.github.shufflenet4j.pretrained;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.io.Sha256;
import io.github.shufflenet4j.io.download.FileCache;
import io.github.shufflenet4j.io.download.RemoteFile;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.ModelMetadata;

/**
 * Published weights: where they are, how to check them, their preprocessing and accuracy. The registry, {@link #all()},
 * holds torchvision's four files trained on ImageNet.
 *
 * <pre>{@code
 * Path file = PublishedWeights.imagenet(ShuffleNetV2Variant.X1_0).fetch();
 * ImageClassifier classifier = ImageClassifier.load(file);
 * }</pre>
 *
 * @param variant       width
 * @param blockLayout   form of the unit
 * @param source        who published them, and under which name
 * @param licence       SPDX identifier of their licence
 * @param data          the training data
 * @param uri           where the file is; https
 * @param sha256        SHA-256 of the file, or the start of it that its publisher put into its name
 * @param size          bytes of the file, if known
 * @param preprocessing from image to input array, as in the published evaluation
 * @param classNames    a name for each class, in the order of the outputs
 * @param top1          published top-1 accuracy on the validation images of {@code data}, in percent
 * @param top5          published top-5 accuracy, in percent
 * @param recipe        where their training is described
 */
public record PublishedWeights(ShuffleNetV2Variant variant, BlockLayout blockLayout, String source, String licence,
                               String data, URI uri, Sha256 sha256, OptionalLong size, Preprocessing preprocessing,
                               List<String> classNames, double top1, double top5, URI recipe) {

    /** The prefix of their names; alone, it means the default width, x1.0. */
    public static final String IMAGENET = "imagenet";

    private static final String FOLDER = "https://download.pytorch.org/models/";
    private static final String FIRST_RECIPE = "https://github.com/ericsun99/Shufflenet-v2-Pytorch";
    private static final String SECOND_RECIPE = "https://github.com/pytorch/vision/pull/5906";
    private static final int CROP = 224;

    /** From torchvision's {@code models/shufflenetv2.py}; the full hash and size of x1.0 from Open Model Zoo. */
    private static final List<PublishedWeights> ALL = List.of(
            torchvision(ShuffleNetV2Variant.X0_5, "shufflenetv2_x0.5-f707e7126e.pth", "f707e7126e",
                    OptionalLong.empty(), 256, 60.552, 81.746, FIRST_RECIPE),
            torchvision(ShuffleNetV2Variant.X1_0, "shufflenetv2_x1-5666bf0f80.pth",
                    "5666bf0f80d1e7f8fb61f6a65742b9c27c37f3208c1f087cdcd7c1ec1aa8b848",
                    OptionalLong.of(9_218_294), 256, 69.362, 88.316, FIRST_RECIPE),
            torchvision(ShuffleNetV2Variant.X1_5, "shufflenetv2_x1_5-3c479a10.pth", "3c479a10",
                    OptionalLong.empty(), 232, 72.996, 91.086, SECOND_RECIPE),
            torchvision(ShuffleNetV2Variant.X2_0, "shufflenetv2_x2_0-8be3c8ee.pth", "8be3c8ee",
                    OptionalLong.empty(), 232, 76.230, 93.006, SECOND_RECIPE));

    /** Checks the values. */
    public PublishedWeights {
        Objects.requireNonNull(variant, "variant");
        Objects.requireNonNull(blockLayout, "blockLayout");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(licence, "licence");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(sha256, "sha256");
        Objects.requireNonNull(preprocessing, "preprocessing");
        Objects.requireNonNull(recipe, "recipe");
        classNames = List.copyOf(classNames);
        Validate.isTrue("https".equals(uri.getScheme()) && uri.getPath().matches(".*/[A-Za-z0-9._-]+"),
                "uri must be https and end in a plain file name, got %s", uri);
        Validate.isTrue(size.orElse(1) >= 1, "size must be at least 1 byte, got %s", size.orElse(1));
        percentage(top1, "top1");
        percentage(top5, "top5");
    }

    private static void percentage(double value, String name) {
        Validate.isTrue(value >= 0 && value <= 100, "%s must be a percentage, got %s", name, value);
    }

    private static PublishedWeights torchvision(ShuffleNetV2Variant variant, String file, String sha256,
                                                OptionalLong size, int resize, double top1, double top5,
                                                String recipe) {
        return new PublishedWeights(variant, BlockLayout.TORCHVISION,
                "torchvision, shufflenet_v2_" + variant.label() + ", IMAGENET1K_V1", "BSD-3-Clause",
                "ImageNet-1K (ILSVRC 2012)", URI.create(FOLDER + file), new Sha256(sha256), size,
                Preprocessing.torchvision(resize, CROP), ImageNetClasses.names(), top1, top5, URI.create(recipe));
    }

    /** The registry, from the narrowest to the widest. */
    public static List<PublishedWeights> all() {
        return ALL;
    }

    /**
     * The weights trained on ImageNet.
     *
     * @throws IllegalArgumentException if there are none of this width; the message lists the registry
     */
    public static PublishedWeights imagenet(ShuffleNetV2Variant variant) {
        return imagenet(ALL, variant);
    }

    /** As {@link #imagenet(ShuffleNetV2Variant)}, of another registry. */
    public static PublishedWeights imagenet(List<PublishedWeights> registry, ShuffleNetV2Variant variant) {
        return registry.stream().filter(weights -> weights.variant == variant).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no weights were published for " + variant.label()
                        + " on ImageNet; there are " + registry.stream().map(PublishedWeights::name)
                        .collect(Collectors.joining(", "))));
    }

    /** The weights of the registry that {@code file} holds, by its hash; empty if it holds none. */
    static Optional<PublishedWeights> recognise(Path file) throws IOException {
        String hash = Sha256.of(file);
        return ALL.stream().filter(weights -> hash.startsWith(weights.sha256.prefix())).findFirst();
    }

    /** The name on the command line, such as {@code imagenet:x1_0}. */
    public String name() {
        return IMAGENET + ":" + variant.label();
    }

    /** The file with them: where it is published, and how to check it. */
    public RemoteFile file() {
        return new RemoteFile(name(), uri, sha256, size);
    }

    /**
     * The file, from {@link FileCache#standard()} or, the first time, from its URI. Progress of a download is logged.
     *
     * @throws IOException if it cannot be fetched; the message says why in one line
     */
    public Path fetch() throws IOException {
        return FileCache.standard().fetch(file(), FileCache.LOGGED);
    }

    /** Metadata of a model with these weights. */
    public ModelMetadata metadata() {
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("source", source);
        provenance.put("file", file().fileName());
        provenance.put("address", uri.toString());
        provenance.put("sha256", sha256.prefix());
        provenance.put("licence", licence);
        provenance.put("data", data);
        provenance.put("recipe", recipe.toString());
        provenance.put("top1", String.format(Locale.ROOT, "%.3f", top1));
        provenance.put("top5", String.format(Locale.ROOT, "%.3f", top5));
        return new ModelMetadata(variant, blockLayout, preprocessing.channels(), classNames, preprocessing, provenance);
    }
}
