package io.github.shufflenet4j.inference.plan;

import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * The place of a feature map, planes of [channels][height][width], among those that a plan gives for each image.
 *
 * @param channels of the map
 * @param size     of the map
 * @param offset   of its first float from that of the image's first map
 * @param floats   of all maps of an image
 */
public record MapLayout(int channels, SpatialSize size, int offset, int floats) {

    /** The places of several maps, one behind the other in the order of the network. */
    public static Map<NetworkPart, MapLayout> of(ShuffleNetV2Variant variant, SpatialSize input,
                                                 Set<NetworkPart> parts) {
        int floats = 0;
        for (NetworkPart part : parts) {
            floats += variant.channels(part) * size(part, input).pixels();
        }
        Map<NetworkPart, MapLayout> places = new EnumMap<>(NetworkPart.class);
        int offset = 0;
        for (NetworkPart part : NetworkPart.values()) {
            if (parts.contains(part)) {
                MapLayout place = new MapLayout(variant.channels(part), size(part, input), offset, floats);
                places.put(part, place);
                offset += place.length();
            }
        }
        return places;
    }

    private static SpatialSize size(NetworkPart part, SpatialSize input) {
        SpatialSize size = input;
        for (int pixels = part.reduction(); pixels > 1; pixels /= 2) {
            size = size.halved();
        }
        return size;
    }

    /** Floats of the map. */
    public int length() {
        return channels * size.pixels();
    }

    /** Copies a channel of an image, whose pixels begin at {@code source} and are {@code pitch} apart, to the map. */
    void copy(float[] memory, int source, int pitch, Workspace.Layout layout, int image, int channel) {
        int to = layout.at(Workspace.Output.MAPS) + image * floats + offset + channel * size.pixels();
        for (int pixel = 0; pixel < size.pixels(); pixel++) {
            memory[to + pixel] = memory[source + pixel * pitch];
        }
    }
}
