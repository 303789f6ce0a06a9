package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import org.apache.commons.lang3.StringUtils;

import io.github.shufflenet4j.data.DataException;

/** Images without labels: all have one class, whose name is empty. */
public final class ImageList extends ListedImages {

    private static final long serialVersionUID = 1L;

    private ImageList(PackedNames files, int size) {
        super(List.of(""), new int[size], files);
    }

    /** @param files of the images, in order */
    public ImageList(List<Path> files) {
        this(PackedNames.of(files.stream().map(Path::toString)), files.size());
    }

    @Override
    Location file(int sample) {
        return Location.of(Path.of(listedName(sample)));
    }

    /** 0 for a file that cannot be reached. */
    @Override
    long size(int sample) {
        try {
            return file(sample).size();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Collects images from several places, in the order in which they are added. */
    public static final class Builder {

        private static final List<String> LISTS = List.of(".txt", LIST);

        private final PackedNames.Builder files = new PackedNames.Builder();

        /**
         * Adds what a path names. Of a folder, all images in it and in the folders below it, hidden ones left out,
         * sorted by folder and then by name. Of a list, a file whose name ends in {@code .txt} or {@code .tsv}, the
         * image of each line: its path, relative to the folder of the list or absolute, up to a tab if there is one;
         * lines that begin with {@code #} are left out. Anything else is an image, whether it exists or not.
         *
         * @throws DataException naming a folder or list that cannot be read, or has no images
         */
        public Builder add(Path path) throws DataException {
            Location location = Location.of(path);
            int before = files.size();
            if (location.isFolder()) {
                for (String image : ImageFolder.imagesIn(location)) {
                    files.add(path.resolve(image).toString());
                }
                DataException.throwIf(files.size() == before, path + ": no images in it; their names end in "
                        + String.join(", ", ImageFolder.EXTENSIONS));
            } else if (LISTS.stream().anyMatch(path.toString().toLowerCase(Locale.ROOT)::endsWith)) {
                TextLines.read(path.toString(), location::open, (where, line) -> {
                    if (!ImageManifest.isComment(line)) {
                        String image = TextLines.path(where, StringUtils.substringBefore(line, "\t").strip());
                        files.add(path.resolveSibling(image).toString());
                    }
                });
                DataException.throwIf(files.size() == before, path + ": lists no images (expected a path on each"
                        + " line)");
            } else {
                files.add(path.toString());
            }
            return this;
        }

        /**
         * Adds the image that each line of a stream in UTF-8 names by its whole path, and closes the stream.
         *
         * @param name of the stream, for messages
         * @throws DataException if it cannot be read
         */
        public Builder addLines(String name, InputStream lines) throws DataException {
            TextLines.read(name, () -> lines, (where, line) -> files.add(TextLines.path(where, line)));
            return this;
        }

        /** All images so far. */
        public ImageList build() {
            return new ImageList(files.build(), files.size());
        }
    }
}
