package io.github.shufflenet4j.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Changes to contents without a structure of their own, and to lists of parts. */
final class Edits {

    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");
    private static final Pattern WORD = Pattern.compile("[\\p{L}_][\\p{L}\\d_.-]*");
    private static final List<String> SIGNS = List.of("{", "}", "[", "]", ":", ",", "-", "&a ", "*a", "!!x ", "|", ">",
            "\"", "'", "#", "\t", "\n", "\r", "\0", "\u2028", "\u0085", "\uFEFF", "%", "..", "/", "\\", "\uD83D",
            "---\n");

    private Edits() {
    }

    /** Changes bytes, whatever they mean. */
    static byte[] bytes(byte[] content, Choices choices) {
        int from = choices.below(content.length + 1);
        int length = choices.below(Math.min(content.length - from, 1 << choices.below(12)) + 1);
        byte[] head = Arrays.copyOf(content, from);
        byte[] range = Arrays.copyOfRange(content, from, from + length);
        byte[] tail = Arrays.copyOfRange(content, from + length, content.length);
        return switch (choices.below(7)) {
            case 0 -> join(head, tail);
            case 1 -> head;
            case 2 -> join(head, range, range, tail);
            case 3 -> join(head, filled(choices.below(1 << 9), choices), tail);
            case 4 -> join(head, filled(length, choices), tail);
            default -> overwritten(content, from, choices);
        };
    }

    private static byte[] filled(int length, Choices choices) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, choices.of(List.of((byte) 0, (byte) -1, (byte) choices.below(256))));
        return bytes;
    }

    /** Puts a number of one to eight bytes somewhere. */
    private static byte[] overwritten(byte[] content, int at, Choices choices) {
        byte[] number = number(choices.number(), 1 << choices.below(4),
                choices.oneIn(2) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        byte[] changed = content.clone();
        System.arraycopy(number, 0, changed, Math.min(at, Math.max(0, content.length - number.length)),
                Math.min(number.length, content.length));
        return changed;
    }

    /** The lowest {@code width} bytes of a number. */
    static byte[] number(long value, int width, ByteOrder order) {
        byte[] eight = ByteBuffer.allocate(8).order(order).putLong(value).array();
        return order == ByteOrder.LITTLE_ENDIAN ? Arrays.copyOf(eight, width)
                : Arrays.copyOfRange(eight, 8 - width, 8);
    }

    /** The number of {@code width} bytes, without a sign if that is less than eight. */
    static long number(byte[] bytes, int at, int width, ByteOrder order) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | bytes[order == ByteOrder.BIG_ENDIAN ? at + i : at + width - 1 - i] & 0xFF;
        }
        return value;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Changes a number, a word, a line or a sign of a text; such as YAML, JSON or a list. */
    static byte[] text(byte[] content, Choices choices) {
        String text = new String(content, StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>(List.of(text.split("(?<=\n)")));
        int at = choices.below(text.length() + 1);
        String changed = switch (choices.below(8)) {
            case 0, 1, 2 -> replaced(text, NUMBER, choices.numberAsText(), choices);
            case 3 -> replaced(text, WORD, word(text, choices), choices);
            case 4 -> text.substring(0, at) + choices.of(SIGNS) + text.substring(at);
            case 5 -> text.substring(0, at) + choices.of(SIGNS).repeat(1 << choices.below(14)) + text.substring(at);
            case 6 -> {
                list(lines, choices);
                yield String.join("", lines);
            }
            default -> null;
        };
        return changed == null ? bytes(content, choices) : changed.getBytes(StandardCharsets.UTF_8);
    }

    private static String replaced(String text, Pattern pattern, String replacement, Choices choices) {
        List<MatchResult> found = pattern.matcher(text).results().toList();
        if (found.isEmpty()) {
            return text + replacement;
        }
        MatchResult match = choices.of(found);
        return text.substring(0, match.start()) + replacement + text.substring(match.end());
    }

    private static String word(String text, Choices choices) {
        List<String> words = WORD.matcher(text).results().map(MatchResult::group).toList();
        return words.isEmpty() ? "word" : choices.of(words);
    }

    /** Drops a part of a list, repeats it, or swaps it with another. */
    static <T> void list(List<T> parts, Choices choices) {
        if (parts.isEmpty()) {
            return;
        }
        int at = choices.below(parts.size());
        switch (choices.below(3)) {
            case 0 -> parts.remove(at);
            case 1 -> parts.add(choices.below(parts.size() + 1), parts.get(at));
            default -> parts.set(at, parts.set(choices.below(parts.size()), parts.get(at)));
        }
    }
}
