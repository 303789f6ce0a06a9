package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

import io.github.shufflenet4j.data.DataException;

/**
 * Images in tar files, in WebDataset's form: members that follow each other and share a key, their name up to its first
 * dot, are a sample. {@code KEY.jpg} (or another image's extension) is the image, {@code KEY.cls} its class: an index
 * from 0, or a name. {@code classes.txt} names the classes, one a line, and lies beside the tar files or in the folder
 * above; without it the classes are what the {@code .cls} members say. Other members, and samples without an image, are
 * left out. Tar files are taken in the order of their names, samples in that within.
 *
 * <p>The headers are read once, and images then at any place: a shuffled epoch is as shuffled as one of a folder. An
 * image takes eight bytes more than in a folder.
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

    /** Lists the images in tar files of this machine, as {@link #open(Location)} does. */
    public static TarShards open(Path path) throws DataException {
        return open(Location.of(path));
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
        if (index.members.size() == 0) {
            throw new DataException(path + ": no images in " + (single ? "it" : "its tar files"));
        }
        return new TarShards(shards, index);
    }

    private static List<Location> shardsIn(Location folder) throws DataException {
        try {
            return folder.list().stream().filter(TarShards::isShard).sorted().map(folder::resolve).toList();
        } catch (IOException e) {
            throw new DataException(folder + ": cannot be listed (" + e.getMessage() + ")", e);
        }
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
    public byte[] read(int sample) throws IOException {
        // Not kept open: a thousand shards are as many files as many systems let a process have.
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

    /** The images found so far. */
    private static final class Indexer {

        private final ClassLabels classes;
        private final IntStream.Builder shardStarts = IntStream.builder();
        private final PackedNames.Builder members = new PackedNames.Builder();
        private final IntStream.Builder blocks = IntStream.builder();
        private final IntStream.Builder sizes = IntStream.builder();
        private final IntStream.Builder numbers = IntStream.builder();

        Indexer(ClassLabels classes) {
            this.classes = classes;
        }

        void add(Location shard) throws DataException {
            shardStarts.add(members.size());
            // Commons Compress reads nothing ahead, and skips members.
            try (TarArchiveInputStream tar = new TarArchiveInputStream(shard.open())) {
                requireEnd(shard);
                Sample sample = new Sample(shard, "");
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    if (!entry.isCheckSumOK()) {
                        throw new IOException("the checksum of the header of '" + entry.getName() + "' is wrong");
                    }
                    if (entry.isSparse()) { // its size in the shard is not that of its content
                        throw new DataException(shard + "/" + entry.getName() + ": a sparse file, which is not read");
                    }
                    String key = key(entry.getName());
                    if (!key.equals(sample.key)) {
                        finish(sample);
                        sample = new Sample(shard, key);
                    }
                    if (entry.isFile() && !isHidden(entry.getName())) {
                        sample.add(entry, tar);
                    }
                }
                finish(sample);
            } catch (DataException e) {
                throw e;
            } catch (IOException | IllegalArgumentException e) {
                throw new DataException(shard + ": no tar file, or a damaged or truncated one (" + e.getMessage() + ")",
                        e);
            }
        }

        private void finish(Sample sample) throws DataException {
            if (sample.member != null) {
                String where = sample.shard + "/" + sample.member;
                if (sample.stated == null) {
                    throw new DataException(where + ": has no class: no " + sample.key + CLASS
                            + " next to it (tar --sort=name puts it there)");
                }
                members.add(sample.member);
                blocks.add(sample.block);
                sizes.add(sample.size);
                numbers.add(classes.number(where, sample.stated));
            }
        }

        /** A copy that was cut off between two members is found out by this alone. */
        private static void requireEnd(Location shard) throws IOException {
            long length = shard.size();
            if (length < BLOCK) {
                throw new IOException("only " + length + " bytes");
            }
            if (!Arrays.equals(shard.read(length - BLOCK, BLOCK), new byte[BLOCK])) {
                throw new IOException("no empty block at its end");
            }
        }

        private static String key(String member) {
            int dot = member.indexOf('.', member.lastIndexOf('/') + 1);
            return dot < 0 ? member : member.substring(0, dot);
        }

        private static boolean isHidden(String member) {
            return member.startsWith(".", member.lastIndexOf('/') + 1);
        }
    }

    /** The members of a sample so far. */
    private static final class Sample {

        private final Location shard;
        private final String key;
        private String member;
        private int block;
        private int size;
        private String stated;

        Sample(Location shard, String key) {
            this.shard = shard;
            this.key = key;
        }

        /** Takes a member whose content is next in the shard, if it is the image or its class. */
        void add(TarArchiveEntry entry, TarArchiveInputStream content) throws IOException {
            String name = entry.getName();
            if (name.equals(key + CLASS)) {
                if (entry.getSize() > MAX_CLASS_LENGTH) {
                    throw new DataException(shard + "/" + name + ": " + entry.getSize() + " bytes are no class");
                }
                stated = new String(content.readAllBytes(), StandardCharsets.UTF_8).strip();
            } else if (name.lastIndexOf('.') == key.length() && ImageFolder.isImage(name)) {
                if (member != null) {
                    throw new DataException(shard + "/" + name + ": a second image of its sample, after " + member);
                }
                if (entry.isLink() || entry.isSymbolicLink()) {
                    throw new DataException(shard + "/" + name + ": a link, not an image");
                }
                if (entry.getSize() > MAX_IMAGE_LENGTH) {
                    throw new DataException(shard + "/" + name + ": too large for an image");
                }
                member = name;
                block = Math.toIntExact(content.getBytesRead() / BLOCK);
                size = (int) entry.getSize();
            }
        }
    }
}
