package io.github.shufflenet4j.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.bytedeco.cuda.cudart.cudaDeviceProp;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cusolver;
import org.bytedeco.javacpp.Loader;

/**
 * CUDA as it is on this machine. Loads the libraries that ND4J's native code is linked to, one after another, and
 * counts the devices: whatever is missing is an error to catch here, where in ND4J it would leave a backend behind
 * that cannot start a second time.
 */
final class CudaRuntime {

    /** The library that the loader could not find, as it says on Linux. */
    private static final Pattern MISSING_LIBRARY =
            Pattern.compile("(lib[\\w.+-]+): cannot open shared object file");

    private CudaRuntime() {
    }

    /** State of CUDA; does not fail, and does not start ND4J. */
    static CudaState probe() {
        if (!Backend.CUDA.isOnClassPath()) {
            return CudaState.absent();
        }
        try {
            return ask();
        } catch (LinkageError e) {
            return CudaState.unusable(explain(e));
        }
    }

    private static CudaState ask() {
        int[] count = new int[1];
        int error = cudart.cudaGetDeviceCount(count);
        if (error == cudart.cudaErrorInsufficientDriver) {
            return CudaState.unusable("the NVIDIA driver is missing or older than CUDA 11.6 needs");
        }
        if (error != 0 && error != cudart.cudaErrorNoDevice) {
            return CudaState.unusable("CUDA says: " + cudart.cudaGetErrorString(error).getString());
        }
        if (count[0] == 0) {
            return CudaState.unusable("there is no NVIDIA GPU");
        }
        Loader.load(cublas.class);
        Loader.load(cusolver.class);
        return CudaState.usable(names(count[0]));
    }

    private static List<String> names(int devices) {
        List<String> names = new ArrayList<>();
        try (cudaDeviceProp properties = new cudaDeviceProp()) {
            for (int device = 0; device < devices; device++) {
                cudart.cudaGetDeviceProperties(properties, device);
                names.add(properties.name().getString());
            }
        }
        return names;
    }

    /** What is missing, in one line. */
    static String explain(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage());
        Matcher missing = MISSING_LIBRARY.matcher(message);
        if (missing.find()) {
            String library = missing.group(1);
            return (library.startsWith("libcuda.") ? "no NVIDIA driver is installed" : "CUDA 11.6 is not installed")
                    + " (" + library + " is not found)";
        }
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
