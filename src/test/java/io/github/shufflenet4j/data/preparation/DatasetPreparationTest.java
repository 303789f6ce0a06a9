package io.github.shufflenet4j.data.preparation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.Sinks;
import us.hebi.matlab.mat.types.Struct;

import io.github.shufflenet4j.TestServer;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.data.archive.Archives;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.io.FileMutex;
import io.github.shufflenet4j.io.Sha256;
import io.github.shufflenet4j.io.download.DownloadException;
import io.github.shufflenet4j.io.download.DownloadOptions;
import io.github.shufflenet4j.io.download.FileCache;

/** Datasets in the form of each original, small. */
@Timeout(60)
class DatasetPreparationTest {

    private static final DownloadOptions OPTIONS = new DownloadOptions(Duration.ofSeconds(5), Duration.ofSeconds(5), 3,
            Duration.ZERO, ProxySelector.of(null));

    @TempDir
    private Path folder;

    private Path output() {
        return folder.resolve("out");
    }

    private DatasetPreparation preparation(boolean offline, DatasetWriter.FileWriter files) {
        return new DatasetPreparation(new FileCache(folder.resolve("unused"), offline, Optional.empty(), OPTIONS),
                PreparationProgress.NONE, files);
    }

    private boolean prepare(DatasetDescription dataset, Path... given) throws IOException {
        return preparation(true, DatasetWriter.FileWriter.REAL).prepare(dataset, output(), List.of(given), false);
    }

    /** A description whose files, if it has other than one, are {@code files}, lines of YAML. */
    private DatasetDescription dataset(String layout, int train, int val, String files) throws IOException {
        Path file = folder.resolve("tiny.yaml");
        Files.writeString(file, """
                title: t
                homepage: https://home.invalid
                licence: CC0-1.0
                terms: none
                classes: 2
                trainImages: %d
                valImages: %d
                layout: %s
                files:
                """.formatted(train, val, layout) + files);
        DatasetDescription dataset = DatasetDescription.read(file.toString());
        Files.delete(file);
        return dataset;
    }

    private DatasetDescription dataset(String layout, int train, int val, Archive.Kind kind) throws IOException {
        return dataset(layout, train, val, "  - {name: a.bin, archive: " + kind + "}\n");
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private List<String> tree(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .sorted().toList();
        }
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("out")))
                    .isEmpty();
        }
    }

    private void assertRefused(DatasetDescription dataset, Path archive, String... parts) throws IOException {
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> prepare(dataset, archive))
                .withMessageNotContaining("\n").satisfies(e -> assertThat(e.getMessage()).contains(parts));
        assertNothingIsLeft();
    }

    private static Archives splitFolders() {
        return Archives.of("set/", "set/noisy.csv", "set/train/n01/a.JPEG", "set/train/n01/b.JPEG",
                "./set/train/n02/a.JPEG", "set/val/n01/c.JPEG", "set/val/n02/.hidden", "set/val/n02/d.JPEG");
    }

    @Test
    void splitFoldersFromAServerThatCutsTheConnection() throws IOException {
        byte[] archive = splitFolders().with("set/readme", new byte[200_000]).tgz();
        String hash = Sha256.of(file("copy", archive));
        try (TestServer server = new TestServer((request, out) -> {
            if (request.number() == 0) {
                TestServer.head(out, 200, "Content-Length: " + archive.length, "ETag: \"1\"");
                out.write(archive, 0, archive.length / 2);
            } else {
                TestServer.serve(request, out, archive, "\"1\"");
            }
        })) {
            URI address = server.address("/files/set.tgz");
            DatasetDescription dataset = dataset("split-folders", 3, 2, "  - {name: set.tgz, archive: tgz, address: '"
                    + address + "', size: " + archive.length + ", sha256: " + hash + "}\n");
            assertThatExceptionOfType(DownloadException.class).isThrownBy(() -> prepare(dataset))
                    .withMessageContaining("nothing is downloaded offline");
            assertNothingIsLeft();
            DatasetPreparation online = preparation(false, DatasetWriter.FileWriter.REAL);
            assertThat(online.prepare(dataset, output(), List.of(), true)).isTrue();
            assertThat(server.requests()).hasSize(2);
            assertThat(server.requests().get(1).header("range")).isEqualTo("bytes=" + archive.length / 2 + "-");
            assertThat(tree(output())).containsExactly("dataset.yaml", "train/n01/a.JPEG", "train/n01/b.JPEG",
                    "train/n02/a.JPEG", "val/n01/c.JPEG", "val/n02/d.JPEG");
            assertThat(output().resolve("val/n02/d.JPEG")).hasContent("set/val/n02/d.JPEG");
            assertThat(ImageFolder.open(output().resolve("train")).classes()).containsExactly("n01", "n02");
            assertThat(folder.resolve("out.download/set.tgz")).hasBinaryContent(archive);
            assertThat(folder.resolve("out.partial")).doesNotExist();
            assertThat(online.prepare(dataset, output(), List.of(), false)).isFalse();
            Files.delete(output().resolve("dataset.yaml"));
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> online.prepare(dataset, output(), List.of(), false))
                    .withMessageContaining("out: holds something else than this dataset");
            Path second = folder.resolve("second"); // what is kept serves offline, and not for another folder
            Files.move(folder.resolve("out.download"), folder.resolve("second.download"));
            assertThat(preparation(true, DatasetWriter.FileWriter.REAL).prepare(dataset, second, List.of(), false))
                    .isTrue();
            assertThat(folder.resolve("second.download")).doesNotExist();
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void tinyImageNet() throws IOException {
        Path archive = file("tiny.zip", Archives.of("tiny/wnids.txt", "tiny/train/n01/n01_boxes.txt",
                        "tiny/train/n01/images/n01_0.JPEG", "tiny/train/n02/images/n02_0.JPEG",
                        "tiny/val/images/val_0.JPEG", "tiny/val/images/val_1.JPEG", "tiny/test/images/test_0.JPEG")
                .with("tiny/val/val_annotations.txt", "val_0.JPEG\tn02\t0\t32\t44\t62\nval_1.JPEG\tn01\t1\t2\t3\t4\n")
                .zip());
        assertThat(prepare(dataset("tiny-imagenet", 2, 2, Archive.Kind.ZIP), archive)).isTrue();
        assertThat(tree(output())).containsExactly("dataset.yaml", "train/n01/n01_0.JPEG", "train/n02/n02_0.JPEG",
                "val/n01/val_1.JPEG", "val/n02/val_0.JPEG");
        assertThat(archive).exists();
    }

    @Test
    void tinyImageNetWithoutAnnotations() throws IOException {
        Path archive = file("tiny.zip", Archives.of("tiny/val/images/val_0.JPEG").zip());
        assertRefused(dataset("tiny-imagenet", 2, 2, Archive.Kind.ZIP), archive,
                archive + ": has no val/val_annotations.txt");
        file("tiny.zip", Archives.of("tiny/val/images/val_0.JPEG")
                .with("tiny/val/val_annotations.txt", "val_1.JPEG\tn01\n").zip());
        assertRefused(dataset("tiny-imagenet", 2, 2, Archive.Kind.ZIP), archive, "says nothing of val_0.JPEG");
    }

    /** Image {@code i}: red is i + 1, green the row, blue the column. */
    private static byte[] records(int... labels) {
        byte[] bytes = new byte[3073 * labels.length];
        for (int image = 0; image < labels.length; image++) {
            int start = 3073 * image;
            bytes[start] = (byte) labels[image];
            for (int i = 0; i < 1024; i++) {
                bytes[start + 1 + i] = (byte) (image + 1);
                bytes[start + 1025 + i] = (byte) (i / 32);
                bytes[start + 2049 + i] = (byte) (200 + i % 32);
            }
        }
        return bytes;
    }

    @Test
    void cifar10() throws IOException {
        Path archive = file("cifar.tgz", new Archives().with("bin/data_batch_1.bin", records(1, 0))
                .with("bin/data_batch_2.bin", records(1)).with("bin/test_batch.bin", records(0, 1))
                .with("bin/readme.html", "x").with("bin/batches.meta.txt", "airplane\nautomobile\n\n").tgz());
        assertThat(prepare(dataset("cifar-10", 3, 2, Archive.Kind.TGZ), archive)).isTrue();
        assertThat(tree(output())).containsExactly("dataset.yaml", "train/airplane/data_batch_1_00001.png",
                "train/automobile/data_batch_1_00000.png", "train/automobile/data_batch_2_00000.png",
                "val/airplane/test_batch_00000.png", "val/automobile/test_batch_00001.png");
        BufferedImage image = ImageIO.read(output().resolve("train/airplane/data_batch_1_00001.png").toFile());
        assertThat(image.getWidth()).isEqualTo(32);
        assertThat(image.getHeight()).isEqualTo(32);
        assertThat(image.getRGB(5, 17) & 0xFFFFFF).isEqualTo(2 << 16 | 17 << 8 | 205);
    }

    @Test
    void cifar10OfMoreClassesThanASignedByteCounts() throws IOException {
        String names = IntStream.range(0, 201).mapToObj(i -> "c" + i + "\n").collect(Collectors.joining());
        Path archive = file("cifar.tgz", new Archives().with("bin/data_batch_1.bin", records(128))
                .with("bin/test_batch.bin", records(200)).with("bin/batches.meta.txt", names).tgz());
        assertThat(prepare(dataset("cifar-10", 1, 1, Archive.Kind.TGZ), archive)).isTrue();
        assertThat(tree(output())).containsExactly("dataset.yaml", "train/c128/data_batch_1_00000.png",
                "val/c200/test_batch_00000.png");
    }

    @Test
    void cifar10ThatIsDamaged() throws IOException {
        DatasetDescription dataset = dataset("cifar-10", 3, 2, Archive.Kind.TGZ);
        Archives archives = new Archives().with("bin/batches.meta.txt", "a\nb\n")
                .with("bin/data_batch_1.bin", records(1, 2));
        Path archive = file("cifar.tgz", archives.tgz());
        assertRefused(dataset, archive, "data_batch_1.bin: its image 1 is of class 2, of 2");
        file("cifar.tgz", archives.with("bin/data_batch_1.bin", Arrays.copyOf(records(1, 1), 4000)).tgz());
        assertRefused(dataset, archive, "data_batch_1.bin: its image 1 is cut short");
        file("cifar.tgz", Archives.of("bin/data_batch_1.bin").tgz());
        assertRefused(dataset, archive, "has no batches.meta.txt");
    }

    @Test
    void classFoldersAreSplitByNameAndNotByOrder() throws IOException {
        List<String> names = new ArrayList<>(List.of("photos/LICENSE.txt"));
        IntStream.range(0, 10).forEach(i -> names.add("photos/daisy/" + i + ".jpg"));
        IntStream.range(0, 5).forEach(i -> names.add("photos/rose/" + i + ".jpg"));
        DatasetDescription dataset = dataset("class-folders", 12, 3, Archive.Kind.TGZ);
        assertThat(prepare(dataset, file("a.tgz", Archives.of(names.toArray(String[]::new)).tgz()))).isTrue();
        List<String> first = tree(output());
        assertThat(first).hasSize(16).filteredOn(name -> name.startsWith("val/daisy/")).hasSize(2);
        assertThat(first).filteredOn(name -> name.startsWith("val/rose/")).hasSize(1);
        Collections.reverse(names);
        Path again = folder.resolve("again");
        preparation(true, DatasetWriter.FileWriter.REAL).prepare(dataset, again,
                List.of(file("b.tgz", Archives.of(names.toArray(String[]::new)).tgz())), false);
        assertThat(tree(again)).isEqualTo(first);
    }

    private static final String IMAGENET = """
              - {name: ILSVRC2012_img_train.tar, archive: tar}
              - {name: ILSVRC2012_img_val.tar, archive: tar}
              - {name: ILSVRC2012_devkit_t12.tar.gz, archive: tgz}
            """;

    /** Two classes, numbered against the order of their ids, and the word above them. */
    private static byte[] meta() throws IOException {
        String[] ids = {"n02000000", "n01000000", "n00000001"};
        Struct synsets = Mat5.newStruct(ids.length, 1);
        for (int i = 0; i < ids.length; i++) {
            synsets.set("ILSVRC2012_ID", i, Mat5.newScalar(i + 1));
            synsets.set("WNID", i, Mat5.newString(ids[i]));
            synsets.set("num_children", i, Mat5.newScalar(i == 2 ? 2 : 0));
        }
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        buffer.order(ByteOrder.nativeOrder());
        try (MatFile file = Mat5.newMatFile().addArray("synsets", synsets)) {
            file.writeTo(Sinks.wrap(buffer));
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static Archives developmentKit() throws IOException {
        return new Archives().with("kit/data/meta.mat", meta())
                .with("kit/data/ILSVRC2012_validation_ground_truth.txt", "2\n1\n2\n");
    }

    @Test
    void imageNetFromAFolderOfItsArchives() throws IOException {
        DatasetDescription dataset = dataset("imagenet", 3, 3, IMAGENET);
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> prepare(dataset)).withMessage("tiny: cannot be"
                + " downloaded without an account: fetch ILSVRC2012_img_train.tar, ILSVRC2012_img_val.tar,"
                + " ILSVRC2012_devkit_t12.tar.gz from https://home.invalid by hand, and name the folder with them, or"
                + " each of them, by --archive");
        Path archives = Files.createDirectory(folder.resolve("archives"));
        Files.write(archives.resolve("ILSVRC2012_img_train.tar"), new Archives()
                .with("n01000000.tar", Archives.of("n01000000_1.JPEG", "n01000000_20.JPEG").tar())
                .with("n02000000.tar", Archives.of("n02000000_3.JPEG").tar()).tar());
        Files.write(archives.resolve("ILSVRC2012_img_val.tar"), Archives.of("ILSVRC2012_val_00000002.JPEG",
                "ILSVRC2012_val_00000001.JPEG", "ILSVRC2012_val_00000003.JPEG").tar());
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> prepare(dataset, archives))
                .withMessageContaining("fetch ILSVRC2012_devkit_t12.tar.gz from");
        Path kit = file("ILSVRC2012_devkit_t12.tar.gz", developmentKit().tgz());
        assertThat(prepare(dataset, archives, kit)).isTrue();
        assertThat(tree(output())).containsExactly("dataset.yaml",
                "train/n01000000/n01000000_1.JPEG", "train/n01000000/n01000000_20.JPEG",
                "train/n02000000/n02000000_3.JPEG",
                "val/n01000000/ILSVRC2012_val_00000001.JPEG", "val/n01000000/ILSVRC2012_val_00000003.JPEG",
                "val/n02000000/ILSVRC2012_val_00000002.JPEG");
    }

    @Test
    void imageNetWithWrongArchives() throws IOException {
        DatasetDescription dataset = dataset("imagenet", 1, 1, IMAGENET);
        Path train = file("ILSVRC2012_img_train.tar", Archives.of("n09999999.tar").tar());
        Path val = file("ILSVRC2012_img_val.tar", Archives.of("ILSVRC2012_val_00000004.JPEG").tar());
        Path kit = file("ILSVRC2012_devkit_t12.tar.gz", developmentKit().tgz());
        Path all = folder;
        assertRefused(dataset, all, train + ": holds 'n09999999.tar' where archives of ImageNet's classes");
        file("ILSVRC2012_img_train.tar", new Archives()
                .with("n01000000.tar", Archives.of("n01000000_1.JPEG", "../n01000000_2.JPEG").tar()).tar());
        assertRefused(dataset, all, train + ", n01000000.tar: its entry '../n01000000_2.JPEG' leads out");
        file("ILSVRC2012_img_train.tar", new Archives()
                .with("n01000000.tar", Archives.of("n01000000_1.JPEG").tar()).tar());
        assertRefused(dataset, all, val + ": the development kit says nothing of ILSVRC2012_val_00000004.JPEG");
        file("ILSVRC2012_devkit_t12.tar.gz", developmentKit().with("kit/data/meta.mat", "x").tgz());
        assertRefused(dataset, all, kit + ", kit/data/meta.mat: is no MATLAB file with ImageNet's classes");
        file("ILSVRC2012_devkit_t12.tar.gz",
                developmentKit().with("kit/data/ILSVRC2012_validation_ground_truth.txt", "3\n").tgz());
        assertRefused(dataset, all, "names a class '3'");
        file("ILSVRC2012_devkit_t12.tar.gz", Archives.of("kit/readme.txt").tgz());
        assertRefused(dataset, all, kit + ": has no data/meta.mat");
    }

    @Test
    void renderedShapesNeedNoArchive() throws IOException {
        Path file = folder.resolve("few.yaml");
        Files.writeString(file, "title: t\nlicence: none\nterms: none\nclasses: 10\ntrainImages: 20\nvalImages: 10\n"
                + "layout: rendered\n");
        assertThat(prepare(DatasetDescription.read(file.toString()))).isTrue();
        assertThat(ImageFolder.open(output().resolve("train")).classes()).isEqualTo(RenderedDataset.CLASSES);
        assertThat(ImageFolder.open(output().resolve("val")).size()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"../train/n01/x.JPEG, leads out of the archive", "set/train/../../x.JPEG, leads out of the archive",
        "/set/train/n01/x.JPEG, leads out of the archive", "C:/set/train/n01/x.JPEG, leads out of the archive",
        "set\\..\\x.JPEG, leads out of the archive", "set/train/n01/soft.JPEG@, is a link",
        "set/train/n01/hard.JPEG@, is a link"})
    void entriesThatCouldDoHarm(String name, String fault) throws IOException {
        for (Archive.Kind kind : Archive.Kind.values()) {
            boolean rewritten = kind == Archive.Kind.ZIP && name.contains("\\"); // the zip writer turns them around
            if (!rewritten) {
                Path archive = file("evil", splitFolders().with(name, "x").packed(kind));
                assertRefused(dataset("split-folders", 3, 2, kind), archive, archive + ": its entry '"
                        + name.replace("@", "") + "' " + fault, "refused");
            }
        }
    }

    @Test
    void aSparseEntryIsRefused() throws IOException {
        Path archive = file("evil", splitFolders().with("set/train/n01/x.JPEG%", "").tgz());
        assertRefused(dataset("split-folders", 3, 2, Archive.Kind.TGZ), archive,
                archive + ": its entry 'set/train/n01/x.JPEG' is a sparse file", "refused");
    }

    @ParameterizedTest
    @EnumSource(names = {"TGZ", "ZIP"})
    void anArchiveThatUnpacksToFarTooMuch(Archive.Kind kind) throws IOException {
        Archives bomb = new Archives();
        for (int i = 0; i < 5; i++) {
            bomb.with("set/train/n01/" + i + ".JPEG", new byte[16 << 20]);
        }
        Path archive = file("bomb", bomb.packed(kind));
        assertRefused(dataset("split-folders", 9, 2, kind), archive, archive + ": unpacks to more than", "refused");
    }

    @ParameterizedTest
    @EnumSource(Archive.Kind.class)
    void archivesThatAreDamagedOrOfAnotherKind(Archive.Kind kind) throws IOException {
        byte[] whole = splitFolders().with("set/val/n02/e.JPEG", new byte[3000]).packed(kind);
        DatasetDescription dataset = dataset("split-folders", 3, 3, kind);
        Path archive = file("a", Arrays.copyOf(whole, whole.length * 2 / 3));
        assertRefused(dataset, archive, archive + ": is damaged, or no " + kind + " archive");
        file("a", "<html>Sorry</html>".repeat(100).getBytes());
        assertRefused(dataset, archive, archive + ": is damaged, or no " + kind + " archive");
        file("a", new byte[0]);
        assertRefused(dataset, archive, "archive");
    }

    @Test
    void imagesThatAreTooManyTooFewOrThereTwice() throws IOException {
        Path archive = file("a.tgz", splitFolders().tgz());
        assertRefused(dataset("split-folders", 2, 2, Archive.Kind.TGZ), archive, "more than the 2 train images");
        assertRefused(dataset("split-folders", 3, 3, Archive.Kind.TGZ), archive, "has 2 of the 3 val images");
        file("a.tgz", splitFolders().with("other/train/n01/a.JPEG", "x").tgz());
        assertRefused(dataset("split-folders", 4, 2, Archive.Kind.TGZ), archive, "has train/n01/a.JPEG twice");
        file("a.tgz", splitFolders().with("set/train/.n03/a.JPEG", "x").tgz());
        assertRefused(dataset("split-folders", 4, 2, Archive.Kind.TGZ), archive, "cannot be called '.n03/a.JPEG'");
    }

    @Test
    void filesThatAreNotThePublishedOnes() throws IOException {
        Path archive = file("a.tgz", splitFolders().tgz());
        assertRefused(dataset("split-folders", 3, 2, "  - {name: a.tgz, archive: tgz, size: 7}\n"), archive,
                archive + ": has " + Files.size(archive) + " bytes where 7 were expected");
        String start = "  - {name: a.tgz, archive: tgz, ";
        assertRefused(dataset("split-folders", 3, 2, start + "sha256: " + "0".repeat(64) + "}\n"), archive,
                archive + ": its checksum is wrong");
        assertRefused(dataset("split-folders", 3, 2, start + "md5: " + "0".repeat(32) + "}\n"), archive,
                archive + ": its checksum is wrong");
        assertRefused(dataset("split-folders", 3, 2, Archive.Kind.TGZ), folder.resolve("none"), "none: no such file");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertRefused(dataset("split-folders", 3, 2, Archive.Kind.TGZ), empty,
                "empty: holds none of the files of tiny");
    }

    @Test
    void aFullDiskLeavesNothingAndIsTold() throws IOException {
        Path archive = file("a.tgz", splitFolders().tgz());
        DatasetDescription dataset = dataset("split-folders", 3, 2, Archive.Kind.TGZ);
        DatasetPreparation full = preparation(true, (file, content) -> {
            if (file.endsWith("val/n01/c.JPEG")) {
                throw new IOException("No space left on device");
            }
            Files.write(file, content);
        });
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> full.prepare(dataset, output(), List.of(archive), false))
                .withMessage(folder.resolve("out.partial") + ": cannot be written to (No space left on device); make"
                        + " room, or choose another folder, and run it again: what has been downloaded is kept");
        assertNothingIsLeft();
    }

    /** A process that waits for a file that is removed would get its lock beside one that makes it anew. */
    @Test
    void theLockStaysWhereItIs() throws IOException {
        Path archive = file("a.tgz", splitFolders().tgz());
        Path lock = folder.resolve(".out.lock");
        assertRefused(dataset("split-folders", 2, 2, Archive.Kind.TGZ), archive, "more than the 2 train images");
        Object identity = Files.readAttributes(lock, BasicFileAttributes.class).fileKey();
        DatasetPreparation preparation = preparation(true, (file, content) -> {
            assertThatExceptionOfType(FileMutex.HeldException.class).isThrownBy(() -> FileMutex.acquireNow(lock));
            Files.write(file, content);
        });
        assertThat(preparation.prepare(dataset("split-folders", 3, 2, Archive.Kind.TGZ), output(), List.of(archive),
                false)).isTrue();
        assertThat(Files.readAttributes(lock, BasicFileAttributes.class).fileKey()).isEqualTo(identity);
    }

    @Test
    void whatAKilledProcessLeftIsReplacedAndWhatIsAUsersIsNot() throws IOException {
        Path archive = file("a.tgz", splitFolders().tgz());
        DatasetDescription dataset = dataset("split-folders", 3, 2, Archive.Kind.TGZ);
        Files.createDirectories(folder.resolve("out.partial/train/n01"));
        Files.writeString(folder.resolve("out.partial/train/n01/a.JPEG"), "half");
        Files.createDirectory(output()); // empty: it may be filled
        assertThat(prepare(dataset, archive)).isTrue();
        assertThat(output().resolve("train/n01/a.JPEG")).hasContent("set/train/n01/a.JPEG");
        Path mine = Files.createDirectory(folder.resolve("mine"));
        Files.writeString(mine.resolve("thesis.txt"), "mine");
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> preparation(true,
                DatasetWriter.FileWriter.REAL).prepare(dataset, mine, List.of(archive), false))
                .withMessageStartingWith(mine + ": holds something else");
        assertThat(tree(mine)).containsExactly("thesis.txt");
    }
}
