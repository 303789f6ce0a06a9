package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.util.Arrays;

/** Some of the images of a source, under all of its classes. */
final class Subset extends ListedImages {

    private static final long serialVersionUID = 1L;

    private final ListedImages source;
    private final int[] samples;

    /** @param samples the numbers of the images in {@code source}, in the order that they have here */
    Subset(ListedImages source, int[] samples) {
        super(source.classes(), Arrays.stream(samples).map(source::label).toArray(),
                PackedNames.of(Arrays.stream(samples).mapToObj(source::listedName)));
        this.source = source;
        this.samples = samples;
    }

    @Override
    Location file(int sample) {
        return source.file(samples[sample]);
    }

    @Override
    String path(int sample) {
        return source.path(samples[sample]);
    }

    @Override
    public String name(int sample) {
        return source.name(samples[sample]);
    }

    @Override
    public byte[] read(int sample) throws IOException {
        return source.read(samples[sample]);
    }

    @Override
    long size(int sample) throws IOException {
        return source.size(samples[sample]);
    }
}
