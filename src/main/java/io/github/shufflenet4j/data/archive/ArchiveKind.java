package io.github.shufflenet4j.data.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

import io.github.shufflenet4j.io.yaml.YamlKey;

/** How files are put into one. */
public enum ArchiveKind {
    /** A tar archive. */
    TAR {
        @Override
        void read(Path file, Allowance allowance, EntryReader reader) throws IOException {
            try (InputStream in = open(file)) {
                TarReader.read(file.toString(), in, reader);
            }
        }
    },
    /** A tar archive, compressed by gzip. */
    TGZ {
        @Override
        void read(Path file, Allowance allowance, EntryReader reader) throws IOException {
            try (InputStream in = open(file);
                    InputStream tar = allowance.limit(new GzipCompressorInputStream(in, true))) {
                TarReader.read(file.toString(), tar, reader);
            }
        }
    },
    /** A zip archive. */
    ZIP {
        @Override
        void read(Path file, Allowance allowance, EntryReader reader) throws IOException {
            ZipReader.read(file, allowance, reader);
        }
    };

    /** Hands all files to {@code reader}. */
    abstract void read(Path file, Allowance allowance, EntryReader reader) throws IOException;

    private static InputStream open(Path file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }

    @Override
    public String toString() {
        return YamlKey.word(this);
    }
}
