package io.github.shufflenet4j.cli.data;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
import io.github.shufflenet4j.data.source.ImageSources;
import io.github.shufflenet4j.data.transform.ColorJitter;
import io.github.shufflenet4j.data.transform.PcaLighting;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.data.transform.RandomErasing;
import io.github.shufflenet4j.data.transform.TrainTransform;
import io.github.shufflenet4j.data.transform.TrivialAugmentWide;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/** {@code datasets preview}: what training would see. */
@Command(name = "preview", mixinStandardHelpOptions = true,
        description = {"Draw what training on images would see, as a PNG file.",
            "Each row is an image: first as in evaluation, then as in one epoch after the other. Below is a row for"
                    + " each of mixup and cutmix: pairs of the first epoch, each mixed as a batch of its own."},
        footer = {"", "The pictures are made from the numbers that a network gets: erased parts are gray.", "",
            "Example: shufflenet datasets preview --data flowers/train --output sheet.png"})
final class PreviewCommand implements Callable<Integer> {

    /** Beside the image itself. */
    private static final int EPOCHS = 7;
    private static final int COLUMNS = 1 + EPOCHS;
    private static final int SMALLEST_SIZE = 16;
    private static final int LARGEST_SIZE = 512;
    private static final int MOST_SAMPLES = 100;

    /** Strengths: torchvision's defaults and its training reference's; common ones for the jitter. */
    private static final double JITTER = 0.4;
    private static final double JITTER_HUE = 0.1;
    private static final double ERASING_PROBABILITY = 0.5;
    private static final double MIXUP_ALPHA = 0.2;
    private static final double CUTMIX_ALPHA = 1;

    /** What comes after random crops and flips. */
    private enum Augmentation {
        JITTER, TRIVIALAUGMENT, LIGHTING, ERASING, MIXUP, CUTMIX
    }

    @Option(names = "--data", required = true, paramLabel = "DATA",
            description = "Folder of class folders or of WebDataset's tar files, or a list of paths and classes.")
    private Path data;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "PNG file to write.")
    private Path output;

    @Option(names = "--augment", paramLabel = "LIST", split = ",", arity = "1",
            defaultValue = "trivialaugment,erasing,mixup,cutmix",
            description = "What to apply besides random crops and flips, with commas between: jitter, trivialaugment,"
                    + " lighting, erasing, mixup, cutmix; or none. Default: ${DEFAULT-VALUE}.")
    private List<String> augment;

    @Option(names = "--samples", paramLabel = "N", defaultValue = "6",
            description = "Images to show, the first of the first epoch. Default: ${DEFAULT-VALUE}.")
    private int samples;

    @Option(names = "--size", paramLabel = "PIXELS", defaultValue = "160",
            description = "Width and height of each. Default: ${DEFAULT-VALUE}.")
    private int size;

    @Option(names = "--seed", paramLabel = "K", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Set<Augmentation> chosen = chosen();
        requireWithin("--samples", samples, 1, MOST_SAMPLES);
        requireWithin("--size", size, SMALLEST_SIZE, LARGEST_SIZE);
        WriteCheck.file(output);
        ImageSource images = ImageSources.open(data);
        Preprocessing preprocessing = Preprocessing.torchvision(size);
        TrainTransform transform = transform(chosen, preprocessing);
        List<List<RgbImage>> rows = new ArrayList<>();
        List<String> captions = new ArrayList<>();
        addSamples(images, transform, rows, captions);
        if (chosen.contains(Augmentation.MIXUP)) {
            addBatches(images, transform, "mixup", new Mixup(MIXUP_ALPHA), rows, captions);
        }
        if (chosen.contains(Augmentation.CUTMIX)) {
            addBatches(images, transform, "cutmix", new CutMix(CUTMIX_ALPHA), rows, captions);
        }
        new ContactSheet(rows).write(output);
        PrintWriter out = spec.commandLine().getOut();
        out.println(output + ":");
        captions.forEach(caption -> out.println("  " + caption));
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
                spec.commandLine().getErr().println("left out: " + Failures.explain(e));
            }
        }
        if (rows.isEmpty()) {
            throw new DataException(data + ": no image in it can be read");
        }
    }

    /** A row of mixed pairs, each of a batch of its own, so that the row shows how the shares vary. */
    private void addBatches(ImageSource images, TrainTransform transform, String name, BatchTransform mixing,
                            List<List<RgbImage>> rows, List<String> captions) throws IOException {
        List<RgbImage> row = new ArrayList<>();
        StringJoiner shares = new StringJoiner(", ");
        try (BatchLoader loader = BatchLoader.builder(images, transform).shuffled(seed, 0).batchSize(2).brokenLimit(1)
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

    private TrainTransform transform(Set<Augmentation> chosen, Preprocessing preprocessing) {
        TrainTransform transform = TrainTransform.standard(size, preprocessing);
        if (chosen.contains(Augmentation.JITTER)) {
            transform = transform.with(new ColorJitter(JITTER, JITTER, JITTER, JITTER_HUE));
        }
        if (chosen.contains(Augmentation.TRIVIALAUGMENT)) {
            transform = transform.with(new TrivialAugmentWide());
        }
        if (chosen.contains(Augmentation.LIGHTING)) {
            transform = transform.with(new PcaLighting());
        }
        if (chosen.contains(Augmentation.ERASING)) {
            transform = transform.with(new RandomErasing(ERASING_PROBABILITY));
        }
        return transform;
    }

    private Set<Augmentation> chosen() {
        Set<Augmentation> chosen = EnumSet.noneOf(Augmentation.class);
        if (augment.equals(List.of("none"))) {
            return chosen;
        }
        for (String name : augment) {
            chosen.add(Arrays.stream(Augmentation.values())
                    .filter(augmentation -> augmentation.name().equalsIgnoreCase(name.strip())).findAny()
                    .orElseThrow(() -> new ParameterException(spec.commandLine(), "--augment knows no '" + name
                            + "', only jitter, trivialaugment, lighting, erasing, mixup, cutmix, none")));
        }
        return chosen;
    }

    private void requireWithin(String option, int value, int low, int high) {
        if (value < low || value > high) {
            throw new ParameterException(spec.commandLine(),
                    option + " must be " + low + " to " + high + ", got " + value);
        }
    }
}
