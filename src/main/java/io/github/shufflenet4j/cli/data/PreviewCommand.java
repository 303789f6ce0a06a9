package io.github.shufflenet4j.cli.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.Failures;
import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.image.ContactSheet;
import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageFormatException;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.BatchTransform;
import io.github.shufflenet4j.data.loader.CutMix;
import io.github.shufflenet4j.data.loader.Mixup;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.ColorJitter;
import io.github.shufflenet4j.data.transform.PcaLighting;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.data.transform.RandomErasing;
import io.github.shufflenet4j.data.transform.TrainTransform;
import io.github.shufflenet4j.data.transform.TrivialAugmentWide;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/** {@code datasets preview}. */
@Command(name = "preview", mixinStandardHelpOptions = true,
        description = {"Draw what training on images would see, as a PNG file.",
            "Each row is an image: first as in evaluation, then as in one epoch after the other. Below is a row for"
                    + " each of mixup and cutmix: pairs of the first epoch, each mixed as a batch of its own."},
        footer = {"", "The pictures are made from the numbers that a network gets: erased parts are gray.", "",
            "Example: shufflenet datasets preview --data flowers/train --output sheet.png"})
final class PreviewCommand extends ConsoleCommand {

    private static final int EPOCHS = 7;
    private static final int COLUMNS = 1 + EPOCHS;

    /** Steps after random crops and flips, with torchvision's defaults or those of its training reference. */
    private enum Augmentation {
        JITTER(transform -> transform.with(new ColorJitter(0.4, 0.4, 0.4, 0.1))),
        TRIVIALAUGMENT(transform -> transform.with(new TrivialAugmentWide())),
        LIGHTING(transform -> transform.with(new PcaLighting())),
        ERASING(transform -> transform.with(new RandomErasing(0.5))),
        MIXUP(new Mixup(0.2)),
        CUTMIX(new CutMix(1)),
        NONE(transform -> transform);

        private final UnaryOperator<TrainTransform> added;
        private final Optional<BatchTransform> mixing;

        Augmentation(UnaryOperator<TrainTransform> added) {
            this.added = added;
            this.mixing = Optional.empty();
        }

        Augmentation(BatchTransform mixing) {
            this.added = transform -> transform;
            this.mixing = Optional.of(mixing);
        }
    }

    @Option(names = "--data", required = true, paramLabel = "DATA",
            description = "Folder of class folders or of WebDataset's tar files, or a list of paths and classes.")
    private Path data;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "PNG file to write.")
    private Path output;

    @Option(names = "--augment", paramLabel = "LIST", split = "\\s*,\\s*", arity = "1",
            defaultValue = "trivialaugment,erasing,mixup,cutmix",
            description = "Steps besides random crops and flips, separated by commas: jitter, trivialaugment,"
                    + " lighting, erasing, mixup, cutmix; or none. Default: ${DEFAULT-VALUE}.")
    private Set<Augmentation> augment;

    @Option(names = "--samples", paramLabel = "N", defaultValue = "6",
            description = "Images to show, the first of the first epoch. Default: ${DEFAULT-VALUE}.")
    private int samples;

    @Option(names = "--size", paramLabel = "PIXELS", defaultValue = "160",
            description = "Width and height of each. Default: ${DEFAULT-VALUE}.")
    private int size;

    @Option(names = "--seed", paramLabel = "K", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws Exception {
        checked(() -> Checks.within("--samples", samples, 1, 100));
        checked(() -> Checks.within("--size", size, 16, 512));
        if (augment.contains(Augmentation.NONE) && augment.size() > 1) {
            throw usage("--augment: none cannot be combined");
        }
        WriteCheck.file(output);
        ImageSource images = ImageSource.open(data);
        TrainTransform transform = TrainTransform.standard(size, Preprocessing.torchvision(size));
        for (Augmentation augmentation : new TreeSet<>(augment)) {
            transform = augmentation.added.apply(transform);
        }
        List<List<RgbImage>> rows = new ArrayList<>();
        List<String> captions = new ArrayList<>();
        addSamples(images, transform, rows, captions);
        for (Augmentation augmentation : new TreeSet<>(augment)) {
            if (augmentation.mixing.isPresent()) {
                addBatches(images, transform, augmentation.name().toLowerCase(Locale.ROOT),
                        augmentation.mixing.get(), rows, captions);
            }
        }
        new ContactSheet(rows).write(output);
        out().println(output + ":");
        captions.forEach(caption -> out().println("  " + caption));
        return 0;
    }

    /** A row for each of the first samples of the first epoch. */
    private void addSamples(ImageSource images, TrainTransform transform, List<List<RgbImage>> rows,
                            List<String> captions) throws IOException {
        Preprocessing preprocessing = transform.preprocessing();
        float[] input = new float[transform.length()];
        for (int sample : AddressedRandom.epochOrder(seed, 0, images.size())) {
            if (rows.size() == samples) {
                return;
            }
            EncodedImage image = new EncodedImage(images.read(sample), images.name(sample));
            try {
                List<RgbImage> row = new ArrayList<>(List.of(preprocessing.resizeAndCrop(image.decode())));
                for (int epoch = 0; epoch < EPOCHS; epoch++) {
                    transform.apply(image, AddressedRandom.ofSample(seed, epoch, sample), input, 0);
                    row.add(preprocessing.picture(input, 0, size));
                }
                rows.add(row);
                captions.add(images.name(sample));
            } catch (ImageFormatException e) {
                err().println("left out: " + Failures.explain(e));
            }
        }
        DataException.throwIf(rows.isEmpty(), data + ": no image in it can be read");
    }

    /** A row of mixed pairs, each of a batch of its own, so that the row shows how the shares vary. */
    private void addBatches(ImageSource images, TrainTransform transform, String name, BatchTransform mixing,
                            List<List<RgbImage>> rows, List<String> captions) throws IOException {
        List<RgbImage> row = new ArrayList<>();
        StringJoiner shares = new StringJoiner(", ");
        try (BatchLoader loader = BatchLoader.builder(images, transform).shuffled(seed, 0).batchSize(2).damagedLimit(1)
                .mixing(mixing).threads(Workers.shared().size()).open()) {
            Batch batch = loader.next();
            while (batch != null && row.size() < COLUMNS) {
                row.add(transform.preprocessing().picture(batch.features(), 0, size));
                shares.add(Math.round(100 * batch.mix().orElseThrow().share()) + " %");
                batch = loader.next();
            }
        }
        rows.add(row);
        captions.add(name + ": " + shares + " of the image itself, the rest of another");
    }
}
