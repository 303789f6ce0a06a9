package io.github.shufflenet4j.weights.torch;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.commons.lang3.ArrayUtils;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.torch.StoredTensor.Storage;

/**
 * The pickle machine, restricted to what a state dict needs: it builds numbers, strings, lists, dicts, descriptions of
 * tensors and NumPy arrays, and refuses every other global by name and every other opcode by number. For a TorchScript
 * archive it also builds modules, as bare attributes. It is a loop over a stack, not a recursion, so depth costs
 * nothing, and nothing that it builds is ever hashed or compared but scalars.
 *
 * <p>Opcodes are those of CPython's {@code pickletools}, protocols 2 to 5. Results are {@code null}, Boolean, Long,
 * BigInteger (beyond 64 bits), Double, String, {@code byte[]}, {@link Tuple}, List, Map, {@link DType},
 * {@link StoredTensor}, {@link NumpyArray} and {@link ScriptObject}.
 */
final class Unpickler {

    /**
     * Opcodes, and items that they copy, in one pickle: a hundred times what a ShuffleNet V2 needs. Each can claim some
     * 64 bytes of heap.
     */
    private static final int MAX_STEPS = 1_000_000;

    private static final int MAX_INTEGER_BYTES = 255;

    /** A Python tuple. */
    record Tuple(List<Object> items) {
    }

    /** A Python callable that a state dict needs. */
    @FunctionalInterface
    private interface Function {
        Object call(List<Object> arguments) throws WeightFileException;
    }

    private final Bytes in;
    private final Map<String, DType> storages = new HashMap<>();
    private final List<Object> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Long, Object> memo = new HashMap<>();
    private final boolean script;
    private long encodable;
    private int steps;

    /** A machine for one pickle, which starts where {@code in} stands. */
    Unpickler(Bytes in) {
        this(in, false);
    }

    private Unpickler(Bytes in, boolean script) {
        this.in = in;
        this.script = script;
        this.encodable = in.remaining();
    }

    /** A machine for the {@code data.pkl} of a TorchScript archive. */
    static Unpickler ofScript(Bytes in) {
        return new Unpickler(in, true);
    }

    /** The element type of each storage that the pickle referred to, by key. */
    Map<String, DType> storages() {
        return storages;
    }

    /** Runs up to the STOP opcode, and leaves the bytes after it. */
    Object load() throws WeightFileException {
        for (int opcode = in.unsignedByte(); opcode != '.'; opcode = in.unsignedByte()) { // STOP
            spend(1);
            run(opcode);
        }
        return pop();
    }

    private void spend(int count) throws WeightFileException {
        steps += count;
        in.throwIf(steps > MAX_STEPS,
                "has a pickle of more than %s steps: a state dict needs far fewer; save model.state_dict() alone",
                MAX_STEPS);
    }

    private void run(int opcode) throws WeightFileException {
        switch (opcode) {
            case 0x80 -> requireProtocol(in.unsignedByte()); // PROTO
            case 0x95 -> in.again().take(in.signedLong()); // FRAME

            case 'N' -> push(null); // NONE
            case 0x88 -> push(true); // NEWTRUE
            case 0x89 -> push(false); // NEWFALSE
            case 'J' -> push((long) in.signedInt()); // BININT
            case 'K' -> push((long) in.unsignedByte()); // BININT1
            case 'M' -> push((long) in.unsignedShort()); // BININT2
            case 0x8a -> push(integer(in.unsignedByte())); // LONG1
            case 0x8b -> push(integer(in.signedInt())); // LONG4
            case 'G' -> push(in.bigEndianDouble()); // BINFLOAT

            case 'X' -> push(in.text(in.unsignedInt(), StandardCharsets.UTF_8)); // BINUNICODE
            case 0x8c -> push(in.text(in.unsignedByte(), StandardCharsets.UTF_8)); // SHORT_BINUNICODE
            case 0x8d -> push(in.text(in.signedLong(), StandardCharsets.UTF_8)); // BINUNICODE8
            // The strings of Python 2 are bytes: names, and the content of arrays.
            case 'U' -> push(in.text(in.unsignedByte(), StandardCharsets.ISO_8859_1)); // SHORT_BINSTRING
            case 'T' -> push(in.text(in.signedInt(), StandardCharsets.ISO_8859_1)); // BINSTRING
            case 'C' -> push(in.array(in.unsignedByte())); // SHORT_BINBYTES
            case 'B' -> push(in.array(in.unsignedInt())); // BINBYTES
            case 0x8e -> push(in.array(in.signedLong())); // BINBYTES8

            case ')' -> push(new Tuple(pop(0))); // EMPTY_TUPLE
            case 0x85, 0x86, 0x87 -> push(new Tuple(pop(opcode - 0x84))); // TUPLE1, TUPLE2, TUPLE3
            case 't' -> push(new Tuple(popToMark())); // TUPLE
            case ']' -> push(new ArrayList<>()); // EMPTY_LIST
            case 'l' -> push(popToMark()); // LIST
            case 'a', 'e' -> { // APPEND, APPENDS
                List<Object> items = opcode == 'a' ? pop(1) : popToMark();
                list(top()).addAll(items);
            }
            case '}' -> push(new LinkedHashMap<>()); // EMPTY_DICT
            case 'd' -> { // DICT
                List<Object> items = popToMark();
                push(new LinkedHashMap<>());
                setItems(items);
            }
            case 's' -> setItems(pop(2)); // SETITEM
            case 'u' -> setItems(popToMark()); // SETITEMS

            case '(' -> marks.push(stack.size()); // MARK
            case '1' -> popToMark(); // POP_MARK
            case '0' -> pop(); // POP
            case '2' -> push(top()); // DUP
            case 'q' -> memo.put((long) in.unsignedByte(), top()); // BINPUT
            case 'r' -> memo.put(in.unsignedInt(), top()); // LONG_BINPUT
            case 0x94 -> memo.put((long) memo.size(), top()); // MEMOIZE
            case 'h' -> recall(in.unsignedByte()); // BINGET
            case 'j' -> recall(in.unsignedInt()); // LONG_BINGET

            case 'c' -> push(global(in.line(), in.line())); // GLOBAL
            case 0x93 -> { // STACK_GLOBAL
                List<Object> names = pop(2);
                push(global(as(String.class, names.get(0)), as(String.class, names.get(1))));
            }
            case 'i' -> throw refused(in.line(), in.line()); // INST, which calls a global in one go: long out of use
            case 'Q' -> push(storage(items(pop()))); // BINPERSID
            case 'R' -> { // REDUCE
                List<Object> call = pop(2);
                push(call(call.get(0), items(call.get(1))));
            }
            case 0x81 -> { // NEWOBJ
                List<Object> call = pop(2);
                if (!(call.get(0) instanceof ScriptObject.Type)) {
                    throw refused(opcode);
                }
                push(new ScriptObject());
            }
            case 'b' -> build(pop()); // BUILD
            default -> throw refused(opcode);
        }
    }

    private WeightFileException refused(int opcode) {
        return refused(String.format("the pickle opcode 0x%02x", opcode));
    }

    private WeightFileException refused(String part) {
        return in.fault("refuses " + part + ": a state dict needs no such thing; save model.state_dict() alone");
    }

    /** Sets the state of the top of the stack. */
    private void build(Object state) throws WeightFileException {
        if (top() instanceof NumpyArray array) { // (version, shape, type, whether in Fortran's order, content)
            Object content = item(state, 4);
            array.fill(numbers(item(state, 1)), as(NumpyArray.Type.class, item(state, 2)),
                    as(Boolean.class, item(state, 3)),
                    content instanceof byte[] bytes ? bytes : encode(as(String.class, content)));
        } else if (top() instanceof NumpyArray.Type type) { // (version, byte order, ...)
            type.setOrder(as(String.class, item(state, 1)));
        } else if (top() instanceof ScriptObject module) {
            Map<Object, Object> attributes = map(state);
            spend(attributes.size());
            module.attributes().putAll(attributes);
        } else if (!(top() instanceof Map)) { // a dict's attributes, such as a state dict's _metadata, are not needed
            throw refused("a pickle that sets attributes on anything but a dict");
        }
    }

    /** The bytes of text in Latin-1, as which protocol 2 writes them. */
    private byte[] encode(String text) throws WeightFileException {
        encodable -= text.length(); // every text comes from the file, but the memo can repeat it
        damagedIf(encodable < 0);
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void requireProtocol(int version) throws WeightFileException {
        in.throwIf(version > 5, "has pickle protocol %s, this build reads 2 to 5; save it with pickle_protocol=2",
                version);
    }

    private Object integer(int length) throws WeightFileException {
        damagedIf(length > MAX_INTEGER_BYTES);
        byte[] bytes = in.array(length);
        ArrayUtils.reverse(bytes);
        BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    private void setItems(List<Object> items) throws WeightFileException {
        damagedIf(items.size() % 2 != 0);
        Map<Object, Object> map = map(top());
        for (int i = 0; i < items.size(); i += 2) {
            put(map, items.get(i), items.get(i + 1));
        }
    }

    private void put(Map<Object, Object> map, Object key, Object value) throws WeightFileException {
        if (!(key instanceof String || key instanceof Long || key instanceof Boolean || key instanceof Double)) {
            throw refused("a pickled dict whose keys are not strings or numbers");
        }
        in.throwIf(map.containsKey(key), "has the key '%s' twice in one dict; save it again", key);
        map.put(key, value);
    }

    private void recall(long index) throws WeightFileException {
        damagedIf(!memo.containsKey(index));
        push(memo.get(index));
    }

    private Object global(String module, String name) throws WeightFileException {
        return switch (module + "." + name) {
            case "collections.OrderedDict" -> (Function) this::orderedDict;
            case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" -> (Function) this::tensor;
            // (data, requires_grad, hooks), (dimensions), (type[, index]), (value[, name of its type])
            case "torch._utils._rebuild_parameter", "torch.Size", "torch.device", "torch.jit._pickle.restore_type_tag",
                "torch.jit._pickle.build_intlist", "torch.jit._pickle.build_doublelist",
                "torch.jit._pickle.build_boollist", "torch.jit._pickle.build_tensorlist" ->
                (Function) arguments -> item(arguments, 0);
            case "torch.storage.UntypedStorage" -> DType.U8;
            case "numpy.ndarray" -> NumpyArray.class; // an argument, never called
            // (code, whether to align, whether to copy)
            case "numpy.dtype" ->
                (Function) arguments -> new NumpyArray.Type(as(String.class, item(arguments, 0)));
            // (class, shape, type), which the state overrides
            case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct" ->
                (Function) arguments -> new NumpyArray();
            case "_codecs.encode" -> (Function) arguments -> encode(arguments);
            default -> {
                // Classes in C++ have states of their own, such as the packed weights of quantised layers.
                if (script && module.startsWith("__torch__") && !module.startsWith("__torch__.torch.classes")) {
                    yield new ScriptObject.Type(module + "." + name);
                }
                if (!module.equals("torch")) {
                    throw refused(module, name);
                }
                yield DType.ofTorchStorage(name).orElseThrow(() -> refused(module, name));
            }
        };
    }

    private WeightFileException refused(String module, String name) {
        return refused("to load the pickle global '" + module + "." + name + "'");
    }

    private Object call(Object callable, List<Object> arguments) throws WeightFileException {
        if (!(callable instanceof Function function)) {
            throw refused("a pickle that calls something other than a function");
        }
        return function.call(arguments);
    }

    /** (storage, offset, size, stride) and, in the second version, (requires_grad, backward_hooks[, metadata]). */
    private StoredTensor tensor(List<Object> arguments) throws WeightFileException {
        return new StoredTensor(as(Storage.class, item(arguments, 0)), as(Long.class, item(arguments, 1)),
                numbers(item(arguments, 2)), numbers(item(arguments, 3)));
    }

    /** (text, encoding). */
    private byte[] encode(List<Object> arguments) throws WeightFileException {
        damagedIf(!List.of("latin1", "latin-1").contains(as(String.class, item(arguments, 1))));
        return encode(as(String.class, item(arguments, 0)));
    }

    /** Empty, or from a list of pairs, as Python 2 pickled it. */
    private Map<Object, Object> orderedDict(List<Object> arguments) throws WeightFileException {
        Map<Object, Object> map = new LinkedHashMap<>();
        List<Object> pairs = arguments.isEmpty() ? List.of() : items(arguments.get(0));
        spend(pairs.size());
        for (Object pair : pairs) {
            put(map, item(pair, 0), item(pair, 1));
        }
        return map;
    }

    /** {@code ('storage', type, key, location, numel[, view])}, where a view is {@code (key, offset, size)} or None. */
    private Storage storage(List<Object> id) throws WeightFileException {
        damagedIf(!"storage".equals(item(id, 0)));
        DType type = as(DType.class, item(id, 1));
        String key = as(String.class, item(id, 2));
        long size = as(Long.class, item(id, 4));
        DType before = storages.putIfAbsent(key, type);
        in.throwIf(before != null && before != type, "has the storage '%s' both as %s and as %s; save it again", key,
                before, type);
        Object view = id.size() == 5 ? null : id.get(5);
        return view == null ? new Storage(key, type, 0, size)
                : new Storage(key, type, as(Long.class, item(view, 1)), as(Long.class, item(view, 2)));
    }

    private void push(Object value) {
        stack.add(value);
    }

    private Object pop() throws WeightFileException {
        top();
        return stack.remove(stack.size() - 1);
    }

    private Object top() throws WeightFileException {
        int floor = marks.isEmpty() ? 0 : marks.peek();
        damagedIf(stack.size() <= floor);
        return stack.get(stack.size() - 1);
    }

    private List<Object> popToMark() throws WeightFileException {
        damagedIf(marks.isEmpty());
        return popFrom(marks.pop());
    }

    private List<Object> pop(int count) throws WeightFileException {
        int floor = marks.isEmpty() ? 0 : marks.peek();
        damagedIf(stack.size() - floor < count);
        return popFrom(stack.size() - count);
    }

    private List<Object> popFrom(int position) {
        List<Object> tail = stack.subList(position, stack.size());
        List<Object> items = new ArrayList<>(tail);
        tail.clear();
        return items;
    }

    /** An item of a tuple or list. */
    private Object item(Object sequence, int index) throws WeightFileException {
        List<Object> items = items(sequence);
        damagedIf(index >= items.size());
        return items.get(index);
    }

    private List<Object> items(Object value) throws WeightFileException {
        return value instanceof Tuple tuple ? tuple.items : list(value);
    }

    @SuppressWarnings("unchecked") // every list that the machine makes is one of objects
    private List<Object> list(Object value) throws WeightFileException {
        return as(List.class, value);
    }

    @SuppressWarnings("unchecked") // and so is every map
    private Map<Object, Object> map(Object value) throws WeightFileException {
        return as(Map.class, value);
    }

    private long[] numbers(Object value) throws WeightFileException {
        List<Object> items = items(value);
        spend(items.size());
        long[] numbers = new long[items.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = as(Long.class, items.get(i));
        }
        return numbers;
    }

    private <T> T as(Class<T> type, Object value) throws WeightFileException {
        damagedIf(!type.isInstance(value));
        return type.cast(value);
    }

    private void damagedIf(boolean wrong) throws WeightFileException {
        in.throwIf(wrong, "holds a pickle that is damaged or not a state dict's; fetch or save it again");
    }
}
