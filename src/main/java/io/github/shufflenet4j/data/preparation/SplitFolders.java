package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.util.List;

import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.data.source.ImageFolder;

/** {@code ROOT/train/<class>/*} and {@code ROOT/val/<class>/*}; what else there is is left out. */
final class SplitFolders implements Arrangement {

    @Override
    public void arrange(DatasetDescription dataset, List<Archive> archives, DatasetWriter writer) throws IOException {
        archives.get(0).read((name, content) -> {
            String[] parts = name.split("/");
            if (parts.length != 4 || !ImageFolder.isImage(parts[3])) {
                return;
            }
            for (Split split : Split.values()) {
                if (parts[1].equals(split.folder())) {
                    writer.add(split, parts[2], parts[3], content);
                }
            }
        });
    }
}
