package io.github.shufflenet4j.kernel;

/**
 * Lines of the processor's cache, of 64 bytes: vectors that straddle two of them take longer to read and to write. Java
 * places arrays at multiples of 8 bytes, but those that are large for the garbage collector begin where a region of its
 * memory does; so it is with G1, which a JVM takes by itself on all but the smallest machines.
 */
public final class CacheLine {

    /** Floats of a line. */
    public static final int FLOATS = 16;
    /** Index of the first float of a large array that begins a line, behind the array's header of 16 bytes. */
    public static final int START = 12;
    /** Floats of an array that is large where a region is a mebibyte: more than half of it, with the header. */
    public static final int LARGE_ARRAY = 1 << 17;

    private CacheLine() {
    }
}
