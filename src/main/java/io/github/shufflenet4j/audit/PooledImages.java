package io.github.shufflenet4j.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.commons.codec.digest.DigestUtils;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.source.Exclusion;
import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;

/**
 * The images of all parts of a data set, one part after the other, under the classes of the first. It remembers the
 * SHA-256 of each file that was read.
 */
final class PooledImages implements ImageSource {

    private final List<Location> places;
    private final List<ImageSource> sources;
    /** The sources, labelled by the classes of the first. */
    private final List<ImageSource> parts;
    /** The first sample of each part, and the number of all. */
    private final int[] starts;
    /** Null for a sample that was not read. */
    private final byte[][] digests;

    /** @throws DataException if a part has a class that the first does not have */
    PooledImages(Map<Location, ImageSource> parts) throws DataException {
        places = List.copyOf(parts.keySet());
        sources = List.copyOf(parts.values());
        List<ImageSource> labelled = new ArrayList<>();
        for (Map.Entry<Location, ImageSource> part : parts.entrySet()) {
            try {
                labelled.add(labelled.isEmpty() ? part.getValue()
                        : part.getValue().labelledBy(labelled.get(0).classes()));
            } catch (DataException e) {
                throw new DataException(part.getKey() + ": " + e.getMessage() + " in " + places.get(0), e);
            }
        }
        this.parts = List.copyOf(labelled);
        starts = new int[labelled.size() + 1];
        for (int part = 0; part < labelled.size(); part++) {
            starts[part + 1] = Math.addExact(starts[part], labelled.get(part).size());
        }
        digests = new byte[size()][];
    }

    /** Where the parts lie. */
    List<Location> places() {
        return places;
    }

    /** The number of the part that a sample belongs to. */
    int part(int sample) {
        int part = 0;
        while (sample >= starts[part + 1]) {
            part++;
        }
        return part;
    }

    /** Whether two samples belong to different parts. */
    boolean areApart(int a, int b) {
        return part(a) != part(b);
    }

    /** The name of a sample within the data set, see {@link Exclusion#name}. */
    String nameWithin(Location data, int sample) {
        return Exclusion.name(data, sources.get(part(sample)), sampleInPart(sample));
    }

    private ImageSource source(int sample) {
        return parts.get(part(sample));
    }

    private int sampleInPart(int sample) {
        return sample - starts[part(sample)];
    }

    /** The number of images of each class in a part. */
    int[] sizes(int part) {
        int[] sizes = new int[classes().size()];
        for (int sample = starts[part]; sample < starts[part + 1]; sample++) {
            sizes[label(sample)]++;
        }
        return sizes;
    }

    /** The SHA-256 of the sample's file; null if it was not read. */
    byte[] digest(int sample) {
        return digests[sample];
    }

    @Override
    public int size() {
        return starts[parts.size()];
    }

    @Override
    public List<String> classes() {
        return parts.get(0).classes();
    }

    @Override
    public int label(int sample) {
        return source(sample).label(sampleInPart(sample));
    }

    @Override
    public String name(int sample) {
        return source(sample).name(sampleInPart(sample));
    }

    @Override
    public byte[] read(int sample) throws IOException {
        byte[] file = source(sample).read(sampleInPart(sample));
        digests[sample] = DigestUtils.sha256(file);
        return file;
    }

    @Override
    public Fingerprint fingerprint() throws DataException {
        StringBuilder all = new StringBuilder();
        for (ImageSource part : parts) {
            all.append(part.fingerprint().sha256());
        }
        return new Fingerprint(size(), DigestUtils.sha256Hex(all.toString()));
    }
}
