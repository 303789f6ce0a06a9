package io.github.shufflenet4j.fuzz;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Python's pickles: opcodes, each with an argument whose length follows from the opcode or stands before it.
 *
 * @param pickles that the file begins with; bytes may follow
 */
record PickleFormat(int pickles) implements Format {

    private static final String ONE_LINE = "FILPSVgp";
    private static final String TWO_LINES = "ci";
    /** Opcodes with arguments of 1, 2, 4 and 8 bytes, by those lengths. */
    private static final List<String> FIXED = List.of("", "Kqh\u0080\u0082", "M\u0083", "", "Jjr\u0084", "", "", "",
            "G\u0095");
    /** Opcodes whose argument comes after its length, in 1, 4 and 8 bytes. */
    private static final List<String> COUNTED = List.of("", "UC\u008a\u008c", "", "", "TBX\u008b", "", "", "",
            "\u008d\u008e\u0096");
    private static final String BARE = "().012NQRabdelostu]}\u0081\u0085\u0086\u0087\u0088\u0089\u008f\u0090\u0091"
            + "\u0092\u0093\u0094";
    private static final String INTEGERS = "KMJ\u008a";

    private record Token(int opcode, byte[] argument) {

        byte[] bytes() {
            byte[] code = {(byte) opcode};
            int width = width(COUNTED, opcode);
            return width == 0 ? Edits.join(code, argument)
                    : Edits.join(code, Edits.number(argument.length, width, ByteOrder.LITTLE_ENDIAN), argument);
        }
    }

    private static int width(List<String> opcodes, int opcode) {
        for (int width = 1; width < opcodes.size(); width++) {
            if (opcodes.get(width).indexOf(opcode) >= 0) {
                return width;
            }
        }
        return 0;
    }

    @Override
    public byte[] edit(byte[] file, Choices choices) {
        List<Token> tokens = new ArrayList<>();
        int end = parse(file, tokens);
        byte[] rest = Arrays.copyOfRange(file, end, file.length);
        if (tokens.isEmpty() || rest.length > 0 && choices.oneIn(6)) {
            return Edits.join(Arrays.copyOf(file, end), Edits.bytes(rest, choices));
        }
        int at = choices.below(tokens.size());
        Token token = tokens.get(at);
        switch (choices.below(7)) {
            case 0 -> Edits.list(tokens, choices);
            case 1 -> tokens.add(at, new Token(BARE.charAt(choices.below(BARE.length())), new byte[0]));
            case 2 -> tokens.addAll(at, repeated(tokens, at, choices));
            case 3 -> tokens.set(at, new Token(choices.of(tokens).opcode, token.argument));
            case 4 -> tokens.set(at, new Token(token.opcode, choices.of(tokens).argument));
            default -> {
                int number = next(tokens, at, INTEGERS);
                if (number < 0) {
                    tokens.set(at, new Token(token.opcode, Edits.text(token.argument, choices)));
                } else { // of any length, in LONG1
                    tokens.set(number, new Token(0x8a, Edits.number(choices.number(), 8, ByteOrder.LITTLE_ENDIAN)));
                }
            }
        }
        byte[] pickle = Edits.join(tokens.stream().map(Token::bytes).toArray(byte[][]::new));
        return Edits.join(pickle, rest);
    }

    /** A few tokens, many times. */
    private static List<Token> repeated(List<Token> tokens, int at, Choices choices) {
        List<Token> some = tokens.subList(at, Math.min(tokens.size(), at + 1 + choices.below(6)));
        List<Token> many = new ArrayList<>();
        for (int i = 1 << choices.below(12); i > 0; i--) {
            many.addAll(some);
        }
        return many;
    }

    private static int next(List<Token> tokens, int from, String opcodes) {
        for (int i = from; i < tokens.size(); i++) {
            if (opcodes.indexOf(tokens.get(i).opcode) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** The end of what could be parsed. */
    private int parse(byte[] file, List<Token> tokens) {
        int at = 0;
        for (int left = pickles; left > 0 && at < file.length;) {
            int opcode = file[at] & 0xFF;
            int start = at + 1;
            int counted = width(COUNTED, opcode);
            long length = width(FIXED, opcode);
            if (counted > 0 && start + counted <= file.length) {
                length = Edits.number(file, start, counted, ByteOrder.LITTLE_ENDIAN);
                start += counted;
            } else if (ONE_LINE.indexOf(opcode) >= 0 || TWO_LINES.indexOf(opcode) >= 0) {
                String text = new String(file, start, file.length - start, StandardCharsets.ISO_8859_1);
                int line = text.indexOf('\n');
                length = 1L + (TWO_LINES.indexOf(opcode) >= 0 ? text.indexOf('\n', line + 1) : line);
            }
            if (length < 0 || length > file.length - start) {
                return at;
            }
            tokens.add(new Token(opcode, Arrays.copyOfRange(file, start, start + (int) length)));
            at = start + (int) length;
            left -= opcode == '.' ? 1 : 0;
        }
        return at;
    }
}
