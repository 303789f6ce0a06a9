package io.github.shufflenet4j.quantization;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.shufflenet4j.model.ShuffleNetV2;

/** Range and mean of each channel of each layer's outputs over some images. Threads may add at the same time. */
final class ChannelStatistics implements FloatArithmetic.Observer {

    private final Map<String, Channels> layers = new ConcurrentHashMap<>();

    /** The channels of a layer. */
    static final class Channels {

        private final float[] low;
        private final float[] high;
        private final double[] sum;
        private long count;

        private Channels(int channels) {
            low = new float[channels];
            high = new float[channels];
            sum = new double[channels];
            Arrays.fill(low, Float.POSITIVE_INFINITY);
            Arrays.fill(high, Float.NEGATIVE_INFINITY);
        }

        private synchronized void add(float[] lows, float[] highs, double[] sums, int values) {
            for (int channel = 0; channel < low.length; channel++) {
                low[channel] = Math.min(low[channel], lows[channel]);
                high[channel] = Math.max(high[channel], highs[channel]);
                sum[channel] += sums[channel];
            }
            count += values;
        }

        /** The smallest value of a channel. */
        float low(int channel) {
            return low[channel];
        }

        /** The largest value of a channel. */
        float high(int channel) {
            return high[channel];
        }

        /** The mean of a channel. */
        double mean(int channel) {
            return sum[channel] / count;
        }

        private void rescale(int channel, double centre, double factor) {
            low[channel] = (float) ((low[channel] - centre) / factor);
            high[channel] = (float) ((high[channel] - centre) / factor);
            sum[channel] = (sum[channel] - centre * count) / factor;
        }

        /** Number of channels. */
        int size() {
            return low.length;
        }
    }

    @Override
    public void observe(String layer, List<Plane> outputs) {
        int channels = outputs.size();
        float[] lows = new float[channels];
        float[] highs = new float[channels];
        double[] sums = new double[channels];
        for (int channel = 0; channel < channels; channel++) {
            float low = Float.POSITIVE_INFINITY;
            float high = Float.NEGATIVE_INFINITY;
            double sum = 0;
            for (float value : outputs.get(channel).values()) {
                low = Math.min(low, value);
                high = Math.max(high, value);
                sum += value;
            }
            lows[channel] = low;
            highs[channel] = high;
            sums[channel] = sum;
        }
        layers.computeIfAbsent(layer, name -> new Channels(channels))
                .add(lows, highs, sums, outputs.get(0).values().length);
    }

    /** Makes a channel's values {@code (value - centre) / factor}, behind the layer's pooling as well. */
    void rescale(String layer, int channel, double centre, double factor) {
        of(layer).rescale(channel, centre, factor);
        if (layer.equals(ShuffleNetV2.CONV1)) {
            of(ShuffleNetV2.MAXPOOL).rescale(channel, centre, factor);
        } else if (layer.equals(ShuffleNetV2.CONV5)) {
            of(ShuffleNetV2.POOL).rescale(channel, centre, factor);
        }
    }

    /** The channels of a layer that was observed. */
    Channels of(String layer) {
        return layers.get(layer);
    }
}
