package io.github.shufflenet4j.cli.data;

import java.nio.file.Path;

import picocli.CommandLine.Option;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.source.Exclusion;

/** {@code --exclude}: images to leave out. */
public final class ExcludeOption {

    @Option(names = "--exclude", paramLabel = "FILE",
            description = "List of images to leave out, one a line by its path relative to the data, as 'datasets"
                    + " audit' writes it; lines that begin with # are comments.")
    private Path file;

    /** The images in the list; none without the option. */
    public Exclusion read() throws DataException {
        return file == null ? Exclusion.NONE : Exclusion.read(file);
    }
}
