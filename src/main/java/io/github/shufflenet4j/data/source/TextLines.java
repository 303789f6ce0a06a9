package io.github.shufflenet4j.data.source;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import io.github.shufflenet4j.data.DataException;

/** Reads lists of paths: lines of UTF-8, without spaces at their ends, empty ones left out. */
final class TextLines {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private TextLines() {
    }

    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    @FunctionalInterface
    interface Receiver {
        /**
         * Receives a line.
         *
         * @param where the file and the number of the line, for messages
         */
        void accept(String where, String line) throws DataException;
    }

    /**
     * Reads all lines.
     *
     * @param name of the file, for messages
     * @throws DataException naming the file if it cannot be read, or the receiver's
     */
    static void read(String name, Opener file, Receiver receiver) throws DataException {
        int count = 0;
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(file.open(), StandardCharsets.UTF_8.newDecoder()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                count++;
                String text = (count == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line).strip();
                if (!text.isEmpty()) {
                    receiver.accept(name + ": line " + count, text);
                }
            }
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new DataException(name + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new DataException(name + ": not UTF-8 text after line " + count, e);
        } catch (DataException e) {
            throw e;
        } catch (IOException e) {
            throw new DataException(name + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /** A path in its shortest form. */
    static String path(String where, String path) throws DataException {
        try {
            return Path.of(path).toString();
        } catch (IllegalArgumentException e) {
            throw new DataException(where + ": invalid path (" + e.getMessage() + ")", e);
        }
    }
}
