package io.github.shufflenet4j.kernel.vector;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The kernels for each pixel pitch, the distance of neighbouring pixels in floats: copies of one class, in each of
 * which the pitch is a constant. The compiler then checks an array's bounds once for several pixels; else it does so
 * for each, which costs a quarter of the speed of a convolution.
 *
 * @param <T> type of the kernels, an interface
 */
final class PitchKernels<T> {

    private static final int MAX_PITCH = 1 << 14;

    private final Class<T> type;
    private final Class<? extends T> template;
    private final AtomicReferenceArray<T> kernels = new AtomicReferenceArray<>(MAX_PITCH + 1);

    /** @param template class of this package with a constructor without parameters, which calls {@link #pitch} */
    PitchKernels(Class<T> type, Class<? extends T> template) {
        this.type = type;
        this.template = template;
    }

    /** The pitch of the copy that {@code lookup} belongs to; 0 in the template itself. */
    static int pitch(MethodHandles.Lookup lookup) {
        try {
            Integer pitch = MethodHandles.classData(lookup, "_", Integer.class);
            return pitch == null ? 0 : pitch;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws IllegalArgumentException if the pitch is negative or more than 16384 */
    T get(int pitch) {
        if (pitch < 0 || pitch > MAX_PITCH) {
            throw new IllegalArgumentException("pixel pitch must be from 0 to " + MAX_PITCH + ", got " + pitch);
        }
        T kernel = kernels.get(pitch);
        if (kernel == null) {
            kernel = copy(pitch);
            // The first one stays: each copy is compiled by itself.
            kernel = kernels.compareAndSet(pitch, null, kernel) ? kernel : kernels.get(pitch);
        }
        return kernel;
    }

    private T copy(int pitch) {
        try (InputStream in = template.getResourceAsStream(template.getSimpleName() + ".class")) {
            MethodHandles.Lookup copy =
                MethodHandles.lookup().defineHiddenClassWithClassData(in.readAllBytes(), pitch, true);
            return type.cast(copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class)).invoke());
        } catch (IOException e) {
            throw new IllegalStateException(template + " cannot be read", e);
        } catch (Throwable e) {
            throw new IllegalStateException(template + " cannot be copied", e);
        }
    }
}
