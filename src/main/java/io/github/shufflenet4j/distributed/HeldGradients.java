package io.github.shufflenet4j.distributed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What workers hold back, as an entry of a checkpoint: their number, and the numbers of each of them. */
final class HeldGradients {

    private HeldGradients() {
    }

    static byte[] encode(List<float[]> held) {
        int numbers = held.stream().mapToInt(each -> each.length).sum();
        ByteBuffer out = ByteBuffer.allocate(Math.addExact(Integer.BYTES, Math.multiplyExact(Float.BYTES, numbers)));
        out.putInt(held.size());
        for (float[] each : held) {
            out.asFloatBuffer().put(each);
            out.position(out.position() + Float.BYTES * each.length);
        }
        return out.array();
    }

    /**
     * @param workers    as there are now
     * @param parameters of the network
     * @throws IOException if it is what others held back, since nobody could go on with it
     */
    static List<float[]> decode(byte[] entry, int workers, int parameters) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(entry);
        int before = entry.length < Integer.BYTES ? 0 : in.getInt();
        if (before != workers) {
            throw new IOException("the checkpoint holds gradients that " + before + " workers kept for later, and there"
                    + " are " + workers + " now: go on with --workers " + before);
        }
        if (in.remaining() != (long) Float.BYTES * workers * parameters) {
            throw new IOException("the checkpoint holds gradients of another network");
        }
        List<float[]> held = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            float[] each = new float[parameters];
            in.asFloatBuffer().get(each);
            in.position(in.position() + Float.BYTES * parameters);
            held.add(each);
        }
        return held;
    }
}
