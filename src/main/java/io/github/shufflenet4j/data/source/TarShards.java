package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

import io.github.shufflenet4j.data.DataException;

/**
 * Images in tar files of WebDataset's format: successive members with the same key, their name up to its first dot, are
 * a sample. {@code KEY.jpg} (or another image's extension) is the image, {@code KEY.cls} its class: an index from 0, or
 * a name. {@code classes.txt} names the classes, one a line, and lies beside the tar files or in the folder above;
 * without it the classes are those in the {@code .cls} members. Other members, and samples without an image, are left
 * out. Tar files are ordered by name. Images are read by random access, so that epochs can be shuffled.
 */
public final class TarShards extends ListedImages {

    private static final long serialVersionUID = 1L;
    private static final String SUFFIX = ".tar";
    static final String CLASS = ".cls";
    private static final int BLOCK = 512;
    private static final int MAX_CLASS_LENGTH = 1000;
    private static final int MAX_IMAGE_LENGTH = Integer.MAX_VALUE - 8;

    private final List<Location> shards;
    /** The first sample of each shard. */
    private final int[] shardStarts;
    /** The first block of each image in its shard: an int reaches to a tebibyte. */
    private final int[] blocks;
    private final int[] sizes;

    private TarShards(List<Location> shards, Indexer index) {
        super(index.classes.classes(), index.classes.labels(index.numbers.build().toArray()), index.members.build());
        this.shards = shards;
        this.shardStarts = index.shardStarts.build().toArray();
        this.blocks = index.blocks.build().toArray();
        this.sizes = index.sizes.build().toArray();
    }

    /**
     * Lists the images of the tar files in a folder, or of one.
     *
     * @throws DataException naming the file that is damaged, truncated, or has a sparse member or an image without a
     *     class
     */
    public static TarShards open(Location path) throws DataException {
        boolean single = !path.isFolder();
        Location folder = single ? path.parent() : path;
        List<Location> shards = single ? List.of(path) : shardsIn(path);
        Indexer index = new Indexer(ClassLabels.in(folder, folder.absolute().parent()));
        for (Location shard : shards) {
            index.add(shard);
        }
        DataException.throwIf(index.members.size() == 0, path + ": no images in " + (single ? "it" : "its tar files"));
        return new TarShards(shards, index);
    }

    private static List<Location> shardsIn(Location folder) throws DataException {
        try {
            return folder.list().stream().filter(TarShards::isShard).sorted().map(folder::resolve).toList();
        } catch (IOException e) {
            throw new DataException(folder + ": cannot be listed (" + e.getMessage() + ")", e);
        }
    }

    /** Whether there are tar files and no class folders, for which those may be the downloads, as ImageNet's are. */
    static boolean areIn(Location folder) throws DataException {
        return !shardsIn(folder).isEmpty() && !ImageFolder.hasFolders(folder);
    }

    /** Whether that is the name of a tar file, and not hidden. */
    static boolean isShard(String name) {
        return name.endsWith(SUFFIX) && !name.startsWith(".");
    }

    @Override
    String listedName(int sample) {
        return file(sample).name() + "/" + super.listedName(sample);
    }

    @Override
    long size(int sample) {
        return sizes[sample];
    }

    @Override
    public String name(int sample) {
        return file(sample) + "/" + super.listedName(sample);
    }

    @Override
    String path(int sample) {
        return super.path(sample) + "/" + super.listedName(sample);
    }

    @Override
    public byte[] read(int sample) throws IOException {
        // Not kept open: many systems limit a process to a thousand open files.
        return file(sample).read((long) BLOCK * blocks[sample], sizes[sample]);
    }

    @Override
    Location file(int sample) {
        int found = Arrays.binarySearch(shardStarts, sample);
        if (found < 0) {
            return shards.get(-found - 2);
        }
        // A shard without images starts where the next one does.
        while (found + 1 < shardStarts.length && shardStarts[found + 1] == sample) {
            found++;
        }
        return shards.get(found);
    }

    private static final class Indexer {

        private final ClassLabels classes;
        private final IntStream.Builder shardStarts = IntStream.builder();
        private final PackedNames.Builder members = new PackedNames.Builder();
        private final IntStream.Builder blocks = IntStream.builder();
        private final IntStream.Builder sizes = IntStream.builder();
        private final IntStream.Builder numbers = IntStream.builder();
        /** The current sample: its image and class, or null if they have not been met. */
        private String key = "";
        private String image;
        private String stated;

        Indexer(ClassLabels classes) {
            this.classes = classes;
        }

        void add(Location shard) throws DataException {
            shardStarts.add(members.size());
            // Commons Compress reads nothing ahead, and skips members.
            try (TarArchiveInputStream tar = new TarArchiveInputStream(shard.open())) {
                requireEnd(shard);
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    String name = entry.getName();
                    if (!entry.isCheckSumOK()) {
                        throw new IOException("the checksum of the header of '" + name + "' is wrong");
                    }
                    if (entry.isSparse()) { // its size in the shard is not that of its content
                        throw new DataException(shard + "/" + name + ": a sparse file, which is not read");
                    }
                    int file = name.lastIndexOf('/') + 1;
                    int dot = name.indexOf('.', file);
                    String next = dot < 0 ? name : name.substring(0, dot);
                    if (!next.equals(key)) {
                        finish(shard);
                        key = next;
                    }
                    if (entry.isFile() && !name.startsWith(".", file)) {
                        add(shard, entry, tar);
                    }
                }
                finish(shard);
            } catch (DataException e) {
                throw e;
            } catch (IOException | IllegalArgumentException e) {
                throw new DataException(shard + ": no tar file, or a damaged or truncated one (" + e.getMessage() + ")",
                        e);
            }
        }

        /** Adds a member whose content is next in the shard, if it is the image of the sample or its class. */
        private void add(Location shard, TarArchiveEntry entry, TarArchiveInputStream content) throws IOException {
            String name = entry.getName();
            if (name.equals(key + CLASS)) {
                DataException.throwIf(entry.getSize() > MAX_CLASS_LENGTH,
                        shard + "/" + name + ": " + entry.getSize() + " bytes are no class");
                stated = new String(content.readAllBytes(), StandardCharsets.UTF_8).strip();
            } else if (name.lastIndexOf('.') == key.length() && ImageFolder.isImage(name)) {
                DataException.throwIf(image != null,
                        shard + "/" + name + ": a second image of its sample, after " + image);
                DataException.throwIf(entry.isLink() || entry.isSymbolicLink(),
                        shard + "/" + name + ": a link, not an image");
                DataException.throwIf(entry.getSize() > MAX_IMAGE_LENGTH,
                        shard + "/" + name + ": too large for an image");
                image = name;
                members.add(name);
                blocks.add(Math.toIntExact(content.getBytesRead() / BLOCK));
                sizes.add((int) entry.getSize());
            }
        }

        private void finish(Location shard) throws DataException {
            if (image != null) {
                String where = shard + "/" + image;
                DataException.throwIf(stated == null,
                        where + ": has no class: no " + key + CLASS + " next to it (tar --sort=name puts it there)");
                numbers.add(classes.number(where, stated));
            }
            key = "";
            image = null;
            stated = null;
        }

        /** Detects a copy that was cut off between two members. */
        private static void requireEnd(Location shard) throws IOException {
            long length = shard.size();
            if (length < BLOCK) {
                throw new IOException("only " + length + " bytes");
            }
            if (!Arrays.equals(shard.read(length - BLOCK, BLOCK), new byte[BLOCK])) {
                throw new IOException("no empty block at its end");
            }
        }
    }
}
