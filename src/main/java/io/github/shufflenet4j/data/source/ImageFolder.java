package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.slf4j.LoggerFactory;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.io.OneLine;

/**
 * Images in one folder per class, {@code DIR/<class>/*}, as torchvision's {@code ImageFolder} lists them: classes
 * sorted by name, folders within a class walked too and links followed, files sorted by folder and then by name.
 * Hidden files and folders are left out, and so are folders without images, which the log names.
 */
public final class ImageFolder extends ListedImages {

    private static final long serialVersionUID = 1L;
    static final List<String> EXTENSIONS =
            List.of("jpg", "jpeg", "jfif", "jpe", "png", "bmp", "webp", "tif", "tiff", "gif", "ppm", "pgm");
    /** Stands for bytes of a file name that Java cannot decode. */
    private static final char UNDECODABLE = '\uFFFD';
    private static final Comparator<String> BY_FOLDER = Comparator
            .comparing((String file) -> file.substring(0, Math.max(0, file.lastIndexOf('/'))))
            .thenComparing(Comparator.naturalOrder());

    private final Location folder;

    private ImageFolder(Location folder, List<String> classes, int[] labels, PackedNames names) {
        super(classes, labels, names);
        this.folder = folder;
    }

    /** Lists a folder of this machine, as {@link #open(Location)} does. */
    public static ImageFolder open(Path folder) throws DataException {
        return open(Location.of(folder));
    }

    /**
     * Lists a folder.
     *
     * @throws DataException naming the folder that is missing, is none, cannot be read, or lacks classes or images
     */
    public static ImageFolder open(Location folder) throws DataException {
        DataException.throwIf(!folder.exists(), folder + ": no such folder");
        DataException.throwIf(!folder.isFolder(), folder + ": not a folder");
        List<String> classes = new ArrayList<>(classesIn(folder));
        if (classes.isEmpty()) {
            throw new DataException(folder + ": no class folders in it (expected " + folder.resolve("<class>")
                    + " with images)");
        }
        PackedNames.Builder names = new PackedNames.Builder();
        IntStream.Builder labels = IntStream.builder();
        List<String> filled = new ArrayList<>();
        for (String name : classes) {
            List<String> files = imagesIn(folder.resolve(name));
            for (String file : files) {
                names.add(file);
                labels.add(filled.size());
            }
            if (!files.isEmpty()) {
                filled.add(name);
            }
        }
        classes.removeAll(filled);
        DataException.throwIf(filled.isEmpty(), folder + ": no images in its class folders; their names end in "
                + String.join(", ", EXTENSIONS));
        if (!classes.isEmpty()) {
            LoggerFactory.getLogger(ImageFolder.class).warn("warning: {}: left out folders without images: {}", folder,
                    OneLine.of(String.join(", ", classes)));
        }
        return new ImageFolder(folder, List.copyOf(filled), labels.build().toArray(), names.build());
    }

    /** Whether there are folders in a folder that are not hidden. */
    static boolean hasFolders(Location folder) throws DataException {
        return !classesIn(folder).isEmpty();
    }

    private static List<String> classesIn(Location folder) throws DataException {
        try {
            String[] entries = folder.list().stream().filter(name -> !isHidden(name)).toArray(String[]::new);
            for (String entry : entries) {
                requireDecoded(folder, entry);
            }
            return Arrays.stream(entries).filter(entry -> folder.resolve(entry).isFolder()).sorted().toList();
        } catch (IOException e) {
            throw unlisted(folder, e);
        }
    }

    /** The images in a folder and the folders below it: their paths relative to it, in order. */
    static List<String> imagesIn(Location folder) throws DataException {
        try {
            List<String> images = folder.files().stream().filter(file -> !isHidden(file) && isImage(file))
                    .sorted(BY_FOLDER).toList();
            for (String image : images) {
                requireDecoded(folder, image);
            }
            return images;
        } catch (IOException e) {
            throw unlisted(folder, e);
        }
    }

    private static DataException unlisted(Location folder, IOException e) {
        return e instanceof DataException known ? known
                : new DataException(folder + ": cannot be listed (" + e + ")", e);
    }

    private static void requireDecoded(Location folder, String name) throws DataException {
        if (name.indexOf(UNDECODABLE) >= 0 && !isPath(folder, name)) {
            throw new DataException(folder + "/" + name + ": its name cannot be read in this process's locale, whose"
                    + " encoding is " + System.getProperty("sun.jnu.encoding")
                    + "; if it is UTF-8, start Java with LC_ALL=C.UTF-8");
        }
    }

    private static boolean isPath(Location folder, String name) {
        try {
            return folder.resolve(name).exists();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    Location file(int sample) {
        return folder.resolve(classes().get(label(sample)) + "/" + listedName(sample));
    }

    @Override
    long size(int sample) throws IOException {
        return file(sample).size();
    }

    /** Whether a file or one of the folders on its path is hidden. */
    static boolean isHidden(String path) {
        return path.startsWith(".") || path.contains("/.");
    }

    /** Whether a file name has the extension of an image. */
    public static boolean isImage(String name) {
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
}
