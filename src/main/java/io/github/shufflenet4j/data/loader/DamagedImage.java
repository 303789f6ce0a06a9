package io.github.shufflenet4j.data.loader;

import java.io.Serializable;

/**
 * An image that was skipped.
 *
 * @param name   the path of its file
 * @param reason the fault, on one line
 */
public record DamagedImage(String name, String reason) implements Serializable {

    @Override
    public String toString() {
        return name + ": " + reason;
    }
}
