package io.github.shufflenet4j.io;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock among the threads of this process and among processes. The operating system releases it when the process ends,
 * however it ends; the file stays, because removing it would race with the next holder.
 */
public final class FileMutex implements AutoCloseable {

    /** File locks belong to a whole process, so its threads need locks of their own. */
    private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    /** The locked byte, far behind the content: on Windows nobody else can read locked bytes. */
    private static final long LOCKED = Long.MAX_VALUE - 1;
    private static final int MAX_DIGITS = 20;

    private final ReentrantLock threads;
    private final FileChannel channel;

    private FileMutex(ReentrantLock threads, FileChannel channel) {
        this.threads = threads;
        this.channel = channel;
    }

    /** Another thread or process holds the file. */
    public static final class HeldException extends IOException {

        private final transient OptionalLong process;

        HeldException(Path file, OptionalLong process) {
            super(file + ": is held by "
                    + (process.isPresent() ? "process " + process.getAsLong() : "another process"));
            this.process = process;
        }

        /** The id of the process that holds it, if known. */
        public OptionalLong process() {
            return process;
        }
    }

    /**
     * Waits until nobody else holds {@code file}, which is created if missing; its folder must exist.
     *
     * @param whenWaiting called once if another holds it
     * @throws InterruptedIOException if the thread is interrupted meanwhile
     */
    public static FileMutex acquire(Path file, Runnable whenWaiting) throws IOException {
        ReentrantLock threads = threads(file);
        boolean waited = !threads.tryLock();
        if (waited) {
            whenWaiting.run();
            try {
                threads.lockInterruptibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw interrupted(file);
            }
        }
        return locked(file, threads, channel -> {
            if (channel.tryLock(LOCKED, 1, false) == null) {
                if (!waited) {
                    whenWaiting.run();
                }
                channel.lock(LOCKED, 1, false);
            }
        });
    }

    /**
     * Takes {@code file}, which is created if missing, without waiting, and writes the id of this process to it.
     *
     * @throws HeldException if another thread or process holds it
     */
    public static FileMutex acquireNow(Path file) throws IOException {
        ReentrantLock threads = threads(file);
        long own = ProcessHandle.current().pid();
        // Before the file is opened: the system would take its closing for the end of this process's lock.
        if (threads.isHeldByCurrentThread() || !threads.tryLock()) {
            throw new HeldException(file, OptionalLong.of(own));
        }
        return locked(file, threads, channel -> {
            if (channel.tryLock(LOCKED, 1, false) == null) {
                throw new HeldException(file, holder(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(Long.toString(own).getBytes(StandardCharsets.US_ASCII)));
        });
    }

    private static FileMutex locked(Path file, ReentrantLock threads, AtomicFile.IOConsumer<FileChannel> locking)
            throws IOException {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            locking.accept(channel);
            return new FileMutex(threads, channel);
        } catch (FileLockInterruptionException e) {
            release(threads, channel);
            throw interrupted(file);
        } catch (IOException | RuntimeException e) {
            release(threads, channel);
            throw e;
        }
    }

    private static OptionalLong holder(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(MAX_DIGITS);
        channel.read(content, 0);
        String number = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII);
        return number.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(number)) : OptionalLong.empty();
    }

    private static ReentrantLock threads(Path file) {
        return THREADS.computeIfAbsent(file.toAbsolutePath().normalize(), path -> new ReentrantLock());
    }

    private static InterruptedIOException interrupted(Path file) {
        return new InterruptedIOException(file + ": interrupted while waiting for another download");
    }

    private static void release(ReentrantLock threads, FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close(); // and with it the lock
            }
        } finally {
            threads.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        release(threads, channel);
    }
}
