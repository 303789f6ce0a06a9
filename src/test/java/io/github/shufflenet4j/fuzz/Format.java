package io.github.shufflenet4j.fuzz;

/** Changes a file of one format so that all that surrounds the change, lengths and checksums, stays as it should be. */
@FunctionalInterface
interface Format {

    /**
     * A changed copy of {@code file}, which may itself have been changed before.
     *
     * @return another array, or {@code file} if it is not of this format
     */
    byte[] edit(byte[] file, Choices choices);

    /** Applies one to three changes, and now and then one to the bytes of the whole, whatever they mean. */
    static byte[] apply(Format format, byte[] file, Choices choices) {
        byte[] changed = file;
        for (int i = choices.below(3); i >= 0; i--) {
            changed = format.edit(changed, choices);
        }
        return choices.oneIn(8) ? Edits.bytes(changed, choices) : changed;
    }
}
