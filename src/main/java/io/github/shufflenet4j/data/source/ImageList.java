package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Images without labels: all have one class, whose name is empty. */
public final class ImageList extends ListedImages {

    private static final long serialVersionUID = 1L;

    /** @param files of the images, in order */
    public ImageList(List<Path> files) {
        super(List.of(""), new int[files.size()], PackedNames.of(files.stream().map(Path::toString)));
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
}
