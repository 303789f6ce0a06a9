package io.github.shufflenet4j.data.source;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.commons.lang3.Validate;
import org.slf4j.LoggerFactory;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.io.OneLine;

/**
 * The images of a data set for training and for validation: its {@code train} and {@code val}, or, where there is no
 * {@code val}, parts of {@code train}, or of the data set itself if it is not divided at all.
 *
 * <p>Such parts are stratified: the same share of each class is for validation, rounded, but at least one image; a
 * class of one image is for training only, as the log says. They are a function of the seed and of the images' names
 * within the data set, of which a new one moves few others.
 *
 * @param validation under its own class names
 * @param origin     where the images for validation come from
 * @param drawn      whether the two are parts of the same images
 */
public record DataSplit(ImageSource train, ImageSource validation, Location origin, boolean drawn) {

    /** The share of the images for validation where none is given. */
    public static final double SHARE = 0.2;

    private static final String TRAIN = "train";
    private static final String VALIDATION = "val";

    /**
     * Opens a data set.
     *
     * @param share of the images of a data set without {@code val} that are for validation, above 0 and below 1; empty
     *              for {@link #SHARE}
     * @throws DataException if a part is missing or faulty, or a share is given for a data set with {@code val}
     */
    public static DataSplit open(Location data, Optional<Double> share, long seed) throws DataException {
        Validate.isTrue(share.orElse(SHARE) > 0 && share.orElse(SHARE) < 1,
                "the share for validation must be above 0 and below 1: %s", share);
        List<Location> parts = parts(data);
        if (parts.size() > 1) {
            Location validation = parts.get(1);
            DataException.throwIf(share.isPresent(), validation + ": holds the images for validation; leave out the"
                    + " share of others");
            return new DataSplit(ImageSource.open(parts.get(0)), ImageSource.open(validation), validation, false);
        }
        Location whole = parts.get(0);
        if (!(ImageSource.open(whole) instanceof ListedImages images) || images instanceof TarShards) {
            throw new DataException(whole + ": tar files are not split; name " + data.resolve(TRAIN) + " and "
                    + data.resolve(VALIDATION));
        }
        return draw(images, whole, share.orElse(SHARE), seed);
    }

    /**
     * The images of a data set as it is divided by itself, by where they lie: those for training and for validation, or
     * all together.
     *
     * @throws DataException if a part is faulty
     */
    public static Map<Location, ImageSource> openParts(Location data) throws DataException {
        Map<Location, ImageSource> parts = new LinkedHashMap<>();
        for (Location part : parts(data)) {
            parts.put(part, ImageSource.open(part));
        }
        return parts;
    }

    private static List<Location> parts(Location data) throws DataException {
        Location train = ImageSource.split(data, TRAIN);
        Location validation = ImageSource.split(data, VALIDATION);
        return isPart(validation) || isPart(train) && validation.exists() ? List.of(train, validation)
                : List.of(isPart(train) ? train : data);
    }

    /** Where the images for validation lie; the data set itself if it is not divided. */
    public static Location validationIn(Location data) throws DataException {
        Location validation = ImageSource.split(data, VALIDATION);
        return isPart(validation) ? validation : data;
    }

    /** A list, tar files or class folders; a folder of images alone may be a class, such as that of trains. */
    private static boolean isPart(Location place) throws DataException {
        return place.exists() && (!place.isFolder() || TarShards.areIn(place) || ImageFolder.hasFolders(place));
    }

    private static DataSplit draw(ListedImages images, Location origin, double share, long seed) throws DataException {
        Map<Integer, List<Integer>> samples = IntStream.range(0, images.size()).boxed()
                .collect(Collectors.groupingBy(images::label));
        boolean[] validated = new boolean[images.size()];
        samples.values().forEach(ofClass -> ofClass.stream().sorted(Comparator.comparingLong(sample -> AddressedRandom
                        .of(AddressedRandom.Purpose.SPLIT, seed, address(images, sample)).nextLong()))
                .limit(validated(ofClass.size(), share)).forEach(sample -> validated[sample] = true));
        List<String> single = IntStream.range(0, images.classes().size())
                .filter(label -> samples.getOrDefault(label, List.of()).size() == 1)
                .mapToObj(images.classes()::get).toList();
        DataException.throwIf(single.size() == samples.size(), origin + ": each class has one image, which leaves none"
                + " for validation; add images");
        if (!single.isEmpty()) {
            LoggerFactory.getLogger(DataSplit.class).warn("warning: {}: classes of one image, which is for training"
                    + " only: {}", origin, OneLine.of(String.join(", ", single)));
        }
        return new DataSplit(
                new Subset(images, IntStream.range(0, images.size()).filter(sample -> !validated[sample]).toArray()),
                new Subset(images, IntStream.range(0, images.size()).filter(sample -> validated[sample]).toArray()),
                origin, true);
    }

    private static int address(ListedImages images, int sample) {
        return (images.classes().get(images.label(sample)) + "/" + images.listedName(sample)).hashCode();
    }

    /** How many of the images of a class are for validation. */
    private static long validated(int images, double share) {
        return images < 2 ? 0 : Math.max(1, Math.min(images - 1, Math.round(share * images)));
    }

    /**
     * The same without some of the images: those for validation stay the same otherwise, also where they were drawn.
     *
     * @param data in which the excluded images are named
     * @throws DataException if the data set lacks one of them, or a class keeps no image for training
     */
    public DataSplit without(Exclusion excluded, Location data) throws DataException {
        List<ImageSource> kept = excluded.applyTo(data, List.of(train, validation));
        return new DataSplit(kept.get(0), kept.get(1), origin, drawn);
    }

    /**
     * The contents, by name, of files in whose folder a drawn split is a data set of its own: {@code train.tsv},
     * {@code val.tsv} and {@code classes.txt}.
     *
     * @throws DataException naming an image or a class that no list can name
     */
    public Map<String, String> lists() throws DataException {
        Validate.validState(drawn, "the data set is divided by itself");
        Map<String, String> lists = new LinkedHashMap<>();
        lists.put(ClassLabels.FILE, String.join("\n", train.classes()) + "\n");
        lists.put(TRAIN + ImageSource.LIST, ImageManifest.text((ListedImages) train));
        lists.put(VALIDATION + ImageSource.LIST, ImageManifest.text((ListedImages) validation));
        return lists;
    }
}
