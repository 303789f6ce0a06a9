package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.io.Sha256;
import io.github.shufflenet4j.io.download.RemoteFile;
import io.github.shufflenet4j.io.yaml.YamlException;
import io.github.shufflenet4j.io.yaml.YamlFiles;
import io.github.shufflenet4j.io.yaml.YamlKey;
import io.github.shufflenet4j.io.yaml.YamlMapping;

/**
 * Describes a published dataset. Descriptions are YAML files; those in {@code datasets} have names.
 *
 * @param name            name of the description
 * @param title           name given by the authors
 * @param homepage        web page; required where there are files
 * @param licence         SPDX identifier, or words
 * @param terms           terms of use of the images
 * @param classes         number of classes
 * @param trainImages     training images after it is prepared
 * @param valImages       validation images after it is prepared
 * @param layout          layout of the archives
 * @param validationShare for {@link Layout#CLASS_FOLDERS}: share of each class that becomes validation images
 * @param seed            for {@link Layout#CLASS_FOLDERS} and {@link Layout#RENDERED}: selects the images
 * @param files           its archives
 * @param yaml            the text of the description
 */
public record DatasetDescription(String name, String title, Optional<URI> homepage, String licence, String terms,
                                 int classes, int trainImages, int valImages, Layout layout,
                                 double validationShare, long seed, List<DatasetFile> files, String yaml) {

    /** Names of the descriptions that come with this library. */
    public static final List<String> SHIPPED = List.of("imagenet-1k", "imagenette-320", "imagenette-160",
            "tiny-imagenet", "cifar-10", "flowers", "rendered");

    private static final YamlKey<String> TITLE = YamlKey.line("title", null);
    private static final YamlKey<URI> HOMEPAGE = address("homepage");
    private static final YamlKey<String> LICENCE = YamlKey.line("licence", null);
    private static final YamlKey<String> TERMS = YamlKey.line("terms", null);
    private static final YamlKey<Integer> CLASSES = YamlKey.whole("classes", 2, null);
    private static final YamlKey<Integer> TRAIN_IMAGES = YamlKey.whole("trainImages", 1, null);
    private static final YamlKey<Integer> VAL_IMAGES = YamlKey.whole("valImages", 1, null);
    private static final YamlKey<Layout> LAYOUT = YamlKey.choice("layout", Layout.class, null);
    private static final YamlKey<Double> VALIDATION_SHARE = YamlKey.number("validationShare",
            "a number above 0 and below 1", value -> value > 0 && value < 1, 0.2);
    private static final YamlKey<Long> SEED = YamlKey.large("seed", 0, 1L);
    private static final List<YamlKey<?>> REQUIRED =
            List.of(TITLE, LICENCE, TERMS, CLASSES, TRAIN_IMAGES, VAL_IMAGES, LAYOUT);

    private static final YamlKey<String> NAME = YamlKey.line("name", null);
    private static final YamlKey<Archive.Kind> ARCHIVE = YamlKey.choice("archive", Archive.Kind.class, null);
    private static final YamlKey<URI> ADDRESS = address("address");
    private static final YamlKey<Long> SIZE = YamlKey.large("size", 1, null);
    private static final YamlKey<Sha256> SHA256 =
            YamlKey.matching("sha256", "64 lower-case hex digits", "[0-9a-f]{64}", Sha256::new, null);
    private static final YamlKey<String> MD5 =
            YamlKey.matching("md5", "32 lower-case hex digits", "[0-9a-f]{32}", text -> text, null);

    private static final YamlFiles FILES = new YamlFiles("/datasets/", SHIPPED, "dataset description",
            List.of(TITLE, HOMEPAGE, LICENCE, TERMS, CLASSES, TRAIN_IMAGES, VAL_IMAGES, LAYOUT, VALIDATION_SHARE, SEED),
            Optional.of("files"), List.of(NAME, ARCHIVE, ADDRESS, SIZE, SHA256, MD5));

    /** @throws IllegalArgumentException naming the invalid value */
    public DatasetDescription {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(homepage, "homepage");
        Objects.requireNonNull(licence, "licence");
        Objects.requireNonNull(terms, "terms");
        files = List.copyOf(files);
        Validate.isTrue(files.size() == layout.files(), "layout %s is for %s files, not %s", layout, layout.files(),
                files.size());
        Validate.isTrue(homepage.isPresent() || files.isEmpty(), "homepage must be given where there are files");
        Validate.isTrue(files.stream().map(DatasetFile::name).distinct().count() == files.size(),
                "two files have the same name");
    }

    private static YamlKey<URI> address(String name) {
        return YamlKey.of(name, "an http or https URI", text -> {
            URI address = URI.create(text);
            if (!RemoteFile.isOfTheWeb(address)) {
                throw new IllegalArgumentException();
            }
            return address;
        }, null);
    }

    /** The description in a file, or the shipped one of that name; a YamlException names file, line and key. */
    public static DatasetDescription read(String fileOrName) throws IOException {
        YamlMapping mapping = FILES.read(fileOrName);
        mapping.require(REQUIRED);
        try {
            return new DatasetDescription(name(fileOrName), mapping.get(TITLE), mapping.find(HOMEPAGE),
                    mapping.get(LICENCE), mapping.get(TERMS), mapping.get(CLASSES), mapping.get(TRAIN_IMAGES),
                    mapping.get(VAL_IMAGES), mapping.get(LAYOUT), mapping.get(VALIDATION_SHARE), mapping.get(SEED),
                    files(mapping), mapping.text());
        } catch (IllegalArgumentException e) {
            throw mapping.fault(e.getMessage());
        }
    }

    private static String name(String fileOrName) {
        return Path.of(fileOrName).getFileName().toString().replaceAll("\\.ya?ml$", "");
    }

    private static List<DatasetFile> files(YamlMapping mapping) throws YamlException {
        List<DatasetFile> files = new ArrayList<>();
        for (YamlMapping item : mapping.items()) {
            item.require(List.of(NAME, ARCHIVE));
            try {
                files.add(new DatasetFile(item.get(NAME), item.get(ARCHIVE), item.find(ADDRESS),
                        item.find(SIZE).map(OptionalLong::of).orElse(OptionalLong.empty()), item.find(SHA256),
                        item.find(MD5)));
            } catch (IllegalArgumentException e) {
                throw item.fault(e.getMessage());
            }
        }
        return files;
    }

    /** Images after it is prepared. */
    public int images() {
        return trainImages + valImages;
    }

    /** Bytes of its archives, as far as they are known. */
    public long bytes() {
        return files.stream().mapToLong(file -> file.size().orElse(0)).sum();
    }

    @Override
    public String toString() {
        return name;
    }
}
