package io.github.shufflenet4j.fuzz;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;

import com.sun.management.ThreadMXBean;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.io.yaml.YamlException;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * The contract of each reader of files from elsewhere: a result, or an exception of this library whose message is one
 * line that names the file; within {@link #TIME} of the processor, and without allocating more than {@link #MEMORY} in
 * all: what is never allocated cannot fill the heap, whatever the garbage collector does.
 */
final class Contract {

    static final Duration TIME = Duration.ofSeconds(2);
    static final long MEMORY = 256L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Contract() {
    }

    /** Reads a file. */
    @FunctionalInterface
    interface Reading {
        Object read(Path file) throws IOException;
    }

    /**
     * Reads a file and checks that the contract holds.
     *
     * @param named  what the message of an exception has to contain
     * @param memory how much may be allocated, in bytes
     * @return whether there was a result
     * @throws AssertionError if the contract is broken
     */
    static boolean check(Reading reading, Path file, String named, long memory) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long start = THREADS.getCurrentThreadCpuTime();
        boolean result = result(reading, file, named);
        Duration took = Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - start);
        allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        if (took.compareTo(TIME) > 0) {
            throw new AssertionError("took " + took + " of processor time");
        }
        if (allocated > memory) {
            throw new AssertionError("allocated " + allocated + " bytes");
        }
        return result;
    }

    private static boolean result(Reading reading, Path file, String named) {
        try {
            reading.read(file);
            return true;
        } catch (WeightFileException | DataException | YamlException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.contains(named) || message.lines().count() != 1 || message.length() > 2000) {
                throw new AssertionError("a message that is not one line naming the file: " + message, e);
            }
            return false;
        } catch (IOException e) {
            throw new AssertionError("an exception that is not this library's: " + e, e);
        }
    }
}
