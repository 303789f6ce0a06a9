package io.github.shufflenet4j.io;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One at a time, among the threads of this process and among processes. The operating system lets go of the lock when
 * its process ends, however it ends; the empty file stays, because removing it would race with the next one in line.
 */
public final class FileMutex implements AutoCloseable {

    /** The operating system locks for a whole process, so its threads need locks of their own. */
    private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final ReentrantLock threads;
    private final FileChannel channel;

    private FileMutex(ReentrantLock threads, FileChannel channel) {
        this.threads = threads;
        this.channel = channel;
    }

    /**
     * Waits until nobody else holds {@code file}.
     *
     * @param file        made if missing; its folder must exist
     * @param whenWaiting told once if there is somebody to wait for
     * @throws InterruptedIOException if the thread is interrupted meanwhile
     * @throws IOException if the file cannot be opened or locked
     */
    public static FileMutex acquire(Path file, Runnable whenWaiting) throws IOException {
        ReentrantLock threads =
                THREADS.computeIfAbsent(file.toAbsolutePath().normalize(), path -> new ReentrantLock());
        boolean waited = false;
        if (!threads.tryLock()) {
            waited = true;
            whenWaiting.run();
            try {
                threads.lockInterruptibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw interrupted(file);
            }
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                if (!waited) {
                    whenWaiting.run();
                }
                channel.lock();
            }
            return new FileMutex(threads, channel);
        } catch (FileLockInterruptionException e) {
            release(threads, channel);
            throw interrupted(file);
        } catch (IOException | RuntimeException e) {
            release(threads, channel);
            throw e;
        }
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
