package io.github.shufflenet4j.serving;

import java.time.Duration;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/**
 * What a server accepts. Together they bound its memory: decoded pixels exist only of the images that are being
 * computed, one a thread, and encoded ones only within {@code bodyMemory}.
 *
 * @param bodyBytes   maximum length of a request's body, in bytes; default 20 MB
 * @param images      maximum number of images in a request; default 100
 * @param pixels      maximum number of pixels of an image; default 50 million, or less where the heap is small
 * @param queue       maximum number of images that wait, of all requests; default 256
 * @param deadline    from the whole request to its answer; default 30 seconds
 * @param upload      maximum time in which a client sends a request; default 60 seconds
 * @param bodyMemory  maximum length of all bodies that are held, in bytes; default an eighth of the heap
 * @param connections maximum number of open connections; default 1000
 */
public record Limits(int bodyBytes, int images, long pixels, int queue, Duration deadline, Duration upload,
                     long bodyMemory, int connections) {

    private static final long PIXELS = 50_000_000;
    /** Heap of a pixel, as decoders have it and turned upright, and as much again for everything else. */
    private static final int BYTES_PER_PIXEL = 16;

    /** @throws IllegalArgumentException naming the invalid value */
    public Limits {
        Checks.atLeast("bodyBytes", bodyBytes, 1);
        Checks.atLeast("images", images, 1);
        Checks.within("pixels", pixels, 1, ImageDecoder.MAX_PIXELS);
        Checks.atLeast("connections", connections, 1);
        Validate.isTrue(queue >= images, "queue must hold the images of a request, at least %s, got %s", images, queue);
        Validate.isTrue(bodyMemory >= bodyBytes, "bodyMemory must hold a request's body, at least %s bytes, got %s",
                bodyBytes, bodyMemory);
        positive("deadline", deadline);
        positive("upload", upload);
    }

    private static void positive(String name, Duration duration) {
        Validate.isTrue(!duration.isNegative() && !duration.isZero(), "%s must be above 0, got %s", name, duration);
    }

    /** The defaults. */
    public static Limits defaults() {
        long heap = Runtime.getRuntime().maxMemory();
        int body = 20_000_000;
        return new Limits(body, 100, Math.min(PIXELS, heap / BYTES_PER_PIXEL / Workers.shared().size()), 256,
                Duration.ofSeconds(30), Duration.ofSeconds(60), Math.max(heap / 8, body), 1000);
    }

    /** The same with another length of a body; bodies together may be at least as long. */
    public Limits withBodyBytes(int bytes) {
        return new Limits(bytes, images, pixels, queue, deadline, upload, Math.max(bodyMemory, bytes), connections);
    }

    /** The same with another number of images in a request; the queue holds at least as many. */
    public Limits withImages(int count) {
        return new Limits(bodyBytes, count, pixels, Math.max(queue, count), deadline, upload, bodyMemory, connections);
    }

    /** The same with another number of pixels. */
    public Limits withPixels(long count) {
        return new Limits(bodyBytes, images, count, queue, deadline, upload, bodyMemory, connections);
    }

    /** The same with another length of the queue; requests have at most as many images. */
    public Limits withQueue(int count) {
        return new Limits(bodyBytes, Math.min(images, count), pixels, count, deadline, upload, bodyMemory, connections);
    }

    /** The same with another deadline. */
    public Limits withDeadline(Duration duration) {
        return new Limits(bodyBytes, images, pixels, queue, duration, upload, bodyMemory, connections);
    }

    /** The same with another time for a client to send a request. */
    public Limits withUpload(Duration duration) {
        return new Limits(bodyBytes, images, pixels, queue, deadline, duration, bodyMemory, connections);
    }

    /** The same with another length of all bodies together. */
    public Limits withBodyMemory(long bytes) {
        return new Limits(bodyBytes, images, pixels, queue, deadline, upload, bytes, connections);
    }

    /** The same with another number of connections. */
    public Limits withConnections(int count) {
        return new Limits(bodyBytes, images, pixels, queue, deadline, upload, bodyMemory, count);
    }
}
