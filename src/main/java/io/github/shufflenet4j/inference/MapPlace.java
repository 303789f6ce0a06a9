package io.github.shufflenet4j.inference;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/**
 * Where a feature map, planes of [channels][height][width], lies among those that a plan gives for each image.
 *
 * @param channels of the map
 * @param plane    of the map
 * @param offset   of its first float from that of the image's first map
 * @param floats   of all maps of an image
 */
record MapPlace(int channels, Plane plane, int offset, int floats) {

    /** The places of several maps, one behind the other in the order of the network. */
    static Map<NetworkPart, MapPlace> of(ShuffleNetV2Variant variant, Plane input, Set<NetworkPart> parts) {
        int floats = 0;
        for (NetworkPart part : parts) {
            floats += variant.channels(part) * plane(part, input).pixels();
        }
        Map<NetworkPart, MapPlace> places = new EnumMap<>(NetworkPart.class);
        int offset = 0;
        for (NetworkPart part : NetworkPart.values()) {
            if (parts.contains(part)) {
                MapPlace place = new MapPlace(variant.channels(part), plane(part, input), offset, floats);
                places.put(part, place);
                offset += place.length();
            }
        }
        return places;
    }

    private static Plane plane(NetworkPart part, Plane input) {
        Plane plane = input;
        for (int pixels = part.reduction(); pixels > 1; pixels /= 2) {
            plane = plane.halved();
        }
        return plane;
    }

    /** Floats of the map. */
    int length() {
        return channels * plane.pixels();
    }

    /** Where a channel of an image begins. */
    int at(Workspace.Layout layout, int image, int channel) {
        return layout.mapsAt() + image * floats + offset + channel * plane.pixels();
    }
}
