package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import io.github.shufflenet4j.data.DataException;

/**
 * Images in one folder per class, {@code DIR/<class>/*}, as torchvision's {@code ImageFolder} lists them: classes
 * sorted by name, folders within a class walked too and links followed, files sorted by folder and then by name.
 * Hidden files and folders are left out.
 *
 * <p>A name takes its UTF-8 and four bytes: ImageNet's 1.3 million files take some 24 bytes each.
 */
public final class ImageFolder implements ImageSource {

    private static final Set<String> EXTENSIONS =
            Set.of("jpg", "jpeg", "png", "bmp", "webp", "tif", "tiff", "gif", "ppm", "pgm");

    private final Path folder;
    private final List<String> classes;
    /** The first sample of each class, and the end of the last. */
    private final int[] classStarts;
    /** Paths relative to their class. */
    private final PackedNames names;

    private ImageFolder(Path folder, List<String> classes, int[] classStarts, PackedNames names) {
        this.folder = folder;
        this.classes = classes;
        this.classStarts = classStarts;
        this.names = names;
    }

    /**
     * Lists a folder.
     *
     * @throws DataException naming the folder that is missing, is none, cannot be read, or lacks classes or images
     */
    public static ImageFolder open(Path folder) throws DataException {
        if (!Files.exists(folder)) {
            throw new DataException(folder + ": no such folder");
        }
        if (!Files.isDirectory(folder)) {
            throw new DataException(folder + ": not a folder");
        }
        List<String> classes = classesOf(folder);
        if (classes.isEmpty()) {
            throw new DataException(folder + ": no class folders in it (expected " + folder.resolve("<class>")
                    + " with images)");
        }
        int[] classStarts = new int[classes.size() + 1];
        PackedNames.Builder names = new PackedNames.Builder();
        for (int label = 0; label < classes.size(); label++) {
            Path classFolder = folder.resolve(classes.get(label));
            List<String> files = filesOf(classFolder);
            if (files.isEmpty()) {
                throw new DataException(classFolder + ": no images in this class");
            }
            classStarts[label] = names.size();
            files.forEach(names::add);
        }
        classStarts[classes.size()] = names.size();
        return new ImageFolder(folder, classes, classStarts, names.build());
    }

    @Override
    public int size() {
        return names.size();
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int label(int sample) {
        // No class is empty, so that a start occurs once: where it would be inserted is one past the class.
        int found = Arrays.binarySearch(classStarts, sample);
        return found >= 0 ? found : -found - 2;
    }

    /** The path of a sample's file. */
    public Path path(int sample) {
        return folder.resolve(classes.get(label(sample))).resolve(names.get(sample));
    }

    @Override
    public String name(int sample) {
        return path(sample).toString();
    }

    @Override
    public byte[] read(int sample) throws IOException {
        return Files.readAllBytes(path(sample));
    }

    @Override
    public Optional<Extent> extent(int sample) {
        return Optional.of(Extent.whole(path(sample).toUri()));
    }

    @Override
    public Fingerprint fingerprint() throws DataException {
        long[] sizes;
        try {
            // Asking for the sizes of ImageNet's files one after the other takes minutes on a network drive.
            sizes = IntStream.range(0, size()).parallel().mapToLong(this::fileSize).toArray();
        } catch (UncheckedIOException e) {
            throw new DataException(folder + ": changes while it is listed (" + e.getCause().getMessage() + ")", e);
        }
        return Fingerprint.of(this, names::get, sample -> sizes[sample]);
    }

    /** In bytes, or -1 for a symbolic link that leads to no file: an unreadable image, not a change of the folder. */
    private long fileSize(int sample) {
        Path path = path(sample);
        try {
            return Files.size(path);
        } catch (IOException e) {
            if (Files.isSymbolicLink(path)) {
                return -1;
            }
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> classesOf(Path folder) throws DataException {
        List<String> classes = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (isClassFolder(entry)) {
                    classes.add(name(folder, entry.getFileName()));
                }
            }
        } catch (DataException e) {
            throw e;
        } catch (IOException | DirectoryIteratorException e) {
            throw new DataException(folder + ": cannot be listed (" + e.getMessage() + ")", e);
        }
        classes.sort(null);
        return List.copyOf(classes);
    }

    /** The images of a class, relative to it. */
    private static List<String> filesOf(Path classFolder) throws DataException {
        record Entry(String folder, String file) {
        }
        List<Entry> entries = new ArrayList<>();
        try {
            Files.walkFileTree(classFolder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                            return isHidden(visited) && !visited.equals(classFolder)
                                    ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws DataException {
                            if (!isHidden(file) && isImage(file.getFileName().toString())) {
                                Path parent = classFolder.relativize(file.getParent());
                                entries.add(new Entry(name(classFolder, parent),
                                        name(file.getParent(), file.getFileName())));
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (DataException e) {
            throw e;
        } catch (IOException e) {
            throw new DataException(classFolder + ": cannot be listed (" + e + ")", e);
        }
        entries.sort(Comparator.comparing(Entry::folder).thenComparing(Entry::file));
        return entries.stream().map(entry -> entry.folder.isEmpty() ? entry.file : entry.folder + "/" + entry.file)
                .toList();
    }

    /**
     * A path within a folder as text, which makes the same path again.
     *
     * @throws DataException if it does not: the path has bytes that Java cannot decode
     */
    private static String name(Path folder, Path path) throws DataException {
        String name = path.toString();
        // The check itself is for the few names that have what stands for undecodable bytes.
        if (name.indexOf('\uFFFD') >= 0 && !isPath(name, path)) {
            throw new DataException(folder.resolve(path) + ": its name cannot be read in this process's locale, whose"
                    + " encoding is " + System.getProperty("sun.jnu.encoding")
                    + "; if it is UTF-8, start Java with LC_ALL=C.UTF-8");
        }
        return name;
    }

    private static boolean isPath(String name, Path path) {
        try {
            return path.getFileSystem().getPath(name).equals(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Whether that is a folder, and not hidden. */
    static boolean isClassFolder(Path entry) {
        return !isHidden(entry) && Files.isDirectory(entry);
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    /** Whether a file of that name is taken for an image. */
    public static boolean isImage(String name) {
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
}
