package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
 * <p>The headers are walked once, and images then read at any place: a shuffled epoch is as shuffled as one of a
 * folder. An image takes the UTF-8 of its name and sixteen bytes: 1.3 million such as {@code 000000000.jpg} take 30
 * bytes each, by measurement.
 */
public final class TarShards implements ImageSource {

    private static final String SUFFIX = ".tar";
    static final String CLASS = ".cls";
    private static final int BLOCK = 512;
    private static final int LONGEST_CLASS = 1000;
    private static final int LARGEST_IMAGE = Integer.MAX_VALUE - 8;

    private final List<Path> shards;
    /** The first sample of each shard. */
    private final int[] shardStarts;
    private final List<String> classes;
    private final int[] labels;
    /** Members that are images. */
    private final PackedNames members;
    /** The first block of each image in its shard: an int reaches to a tebibyte. */
    private final int[] blocks;
    private final int[] sizes;

    private TarShards(List<Path> shards, Indexer index) {
        this.shards = shards;
        this.shardStarts = index.shardStarts.toArray();
        this.classes = index.classes.classes();
        this.labels = index.classes.labels(index.numbers.toArray());
        this.members = index.members.build();
        this.blocks = index.blocks.toArray();
        this.sizes = index.sizes.toArray();
    }

    /**
     * Lists the images of the tar files in a folder, or of one.
     *
     * @throws DataException naming the file that is damaged, truncated, or has a sparse member or an image without a
     *     class
     */
    public static TarShards open(Path path) throws DataException {
        boolean single = !Files.isDirectory(path);
        Path folder = single ? path.toAbsolutePath().getParent() : path;
        List<Path> shards = single ? List.of(path) : shardsIn(path);
        Indexer index = new Indexer(ClassLabels.in(folder, folder.toAbsolutePath().normalize().resolveSibling("")));
        for (Path shard : shards) {
            index.add(shard);
        }
        if (index.members.size() == 0) {
            throw new DataException(path + ": no images in " + (single ? "it" : "its tar files"));
        }
        return new TarShards(shards, index);
    }

    private static List<Path> shardsIn(Path folder) throws DataException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(TarShards::isShard).sorted().toList();
        } catch (IOException e) {
            throw new DataException(folder + ": cannot be listed (" + e.getMessage() + ")", e);
        }
    }

    /** Whether that is the name of a tar file, and not hidden. */
    static boolean isShard(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(SUFFIX) && !name.startsWith(".");
    }

    @Override
    public int size() {
        return members.size();
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int label(int sample) {
        return labels[sample];
    }

    @Override
    public String name(int sample) {
        return shard(sample) + "/" + members.get(sample);
    }

    @Override
    public byte[] read(int sample) throws IOException {
        // Not kept open: a thousand shards are as many files as many systems let a process have.
        return Extent.read(shard(sample), (long) BLOCK * blocks[sample], sizes[sample]);
    }

    @Override
    public Optional<Extent> extent(int sample) {
        return Optional.of(new Extent(shard(sample).toUri(), (long) BLOCK * blocks[sample], sizes[sample]));
    }

    @Override
    public Fingerprint fingerprint() {
        return Fingerprint.of(this, sample -> shard(sample).getFileName() + "/" + members.get(sample),
                sample -> sizes[sample]);
    }

    private Path shard(int sample) {
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

    /** What is known of the images so far. */
    private static final class Indexer {

        private final ClassLabels classes;
        private final IntList shardStarts = new IntList();
        private final PackedNames.Builder members = new PackedNames.Builder();
        private final IntList blocks = new IntList();
        private final IntList sizes = new IntList();
        private final IntList numbers = new IntList();

        Indexer(ClassLabels classes) {
            this.classes = classes;
        }

        void add(Path shard) throws DataException {
            shardStarts.add(members.size());
            // Commons Compress reads nothing ahead, and skips members, for which this stream seeks.
            try (SeekableByteChannel file = Files.newByteChannel(shard);
                    TarArchiveInputStream tar = new TarArchiveInputStream(Channels.newInputStream(file))) {
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
                        sample.add(entry, tar, file.position());
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
        private static void requireEnd(Path shard) throws IOException {
            long length = Files.size(shard);
            if (length < BLOCK) {
                throw new IOException("only " + length + " bytes");
            }
            if (!Arrays.equals(Extent.read(shard, length - BLOCK, BLOCK), new byte[BLOCK])) {
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

        private final Path shard;
        private final String key;
        private String member;
        private int block;
        private int size;
        private String stated;

        Sample(Path shard, String key) {
            this.shard = shard;
            this.key = key;
        }

        /** Takes what is an image or its class; {@code position} is where the content starts in the shard. */
        void add(TarArchiveEntry entry, TarArchiveInputStream content, long position) throws IOException {
            String name = entry.getName();
            if (name.equals(key + CLASS)) {
                if (entry.getSize() > LONGEST_CLASS) {
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
                if (entry.getSize() > LARGEST_IMAGE) {
                    throw new DataException(shard + "/" + name + ": too large for an image");
                }
                member = name;
                block = Math.toIntExact(position / BLOCK);
                size = (int) entry.getSize();
            }
        }
    }
}
