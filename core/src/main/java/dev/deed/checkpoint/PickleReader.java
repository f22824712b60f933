package dev.deed.checkpoint;

import dev.deed.checkpoint.Value.Constant;
import dev.deed.checkpoint.Value.Dictionary;
import dev.deed.checkpoint.Value.Sequence;
import dev.deed.checkpoint.Value.Text;
import dev.deed.checkpoint.Value.Tuple;
import dev.deed.checkpoint.Value.Whole;
import dev.deed.value.InputException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads pickles of tensors, protocols 2 to 5 (Python's {@code pickletools} defines them). It calls
 * nothing: functions are the few of {@link Value.Function}, and every other instruction or name is
 * refused. Nothing is copied when it is referred to again, so that a small pickle stays small.
 */
final class PickleReader {
  /** About 35 are spent on a tensor. */
  private static final int MAX_STEPS = 2_000_000;

  private static final int HIGHEST_PROTOCOL = 5;
  static final int PROTO = 0x80;
  private static final int STOP = '.';

  private final PickleBytes bytes;
  private final Rebuilding rebuilding = new Rebuilding();
  private final List<Value> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, Value> memo = new HashMap<>();
  private int steps;

  PickleReader(PickleBytes bytes) {
    this.bytes = bytes;
  }

  /** Storages that were referred to, by key. */
  Map<String, Value.Storage> storages() {
    return rebuilding.storages();
  }

  /**
   * @throws InputException when it is damaged or asks for what no tensor needs
   */
  Value next() {
    stack.clear();
    marks.clear();
    memo.clear();
    while (true) {
      int position = bytes.position();
      if (++steps > MAX_STEPS) {
        throw bytes.error("has more than " + MAX_STEPS + " instructions");
      }
      int code = bytes.unsigned8();
      if (code == STOP) {
        return pop();
      }
      try {
        run(code);
      } catch (Rebuilding.Refused e) {
        throw bytes.error(position, String.valueOf(e.getMessage()));
      }
    }
  }

  private void run(int code) throws Rebuilding.Refused {
    switch (code) {
      case PROTO -> protocol(bytes.unsigned8());
      case 0x95 -> bytes.length64(); // FRAME
      case 'N' -> push(Constant.NONE); // NONE
      case 0x88 -> push(Constant.TRUE); // NEWTRUE
      case 0x89 -> push(Constant.FALSE); // NEWFALSE
      case 'J' -> push(bytes.signed32()); // BININT
      case 'K' -> push(bytes.unsigned8()); // BININT1
      case 'M' -> push(bytes.unsigned16()); // BININT2
      case 0x8a -> push(new Whole(bytes.whole(bytes.unsigned8()))); // LONG1
      case 'G' -> push(new Value.Real(bytes.bigEndianDouble())); // BINFLOAT
      case 0x8c -> push(new Text(bytes.utf8(bytes.unsigned8()))); // SHORT_BINUNICODE
      case 'X' -> push(new Text(bytes.utf8(bytes.unsigned32()))); // BINUNICODE
      case 0x8d -> push(new Text(bytes.utf8(bytes.length64()))); // BINUNICODE8
      case 'U' -> push(new Text(bytes.latin1(bytes.unsigned8()))); // SHORT_BINSTRING
      case 'T' -> push(new Text(bytes.latin1(bytes.unsigned32()))); // BINSTRING
      case '(' -> marks.add(stack.size()); // MARK
      case ')' -> push(new Tuple(List.of())); // EMPTY_TUPLE
      case 0x85 -> push(new Tuple(popTop(1))); // TUPLE1
      case 0x86 -> push(new Tuple(popTop(2))); // TUPLE2
      case 0x87 -> push(new Tuple(popTop(3))); // TUPLE3
      case 't' -> push(new Tuple(popMarked())); // TUPLE
      case ']' -> push(new Sequence()); // EMPTY_LIST
      case 'a' -> append(popTop(1)); // APPEND
      case 'e' -> append(popMarked()); // APPENDS
      case '}' -> push(new Dictionary()); // EMPTY_DICT
      case 's' -> setItems(popTop(2)); // SETITEM
      case 'u' -> setItems(popMarked()); // SETITEMS
      case 'q' -> memo.put((long) bytes.unsigned8(), top()); // BINPUT
      case 'r' -> memo.put(bytes.unsigned32(), top()); // LONG_BINPUT
      case 0x94 -> memo.put((long) memo.size(), top()); // MEMOIZE
      case 'h' -> push(remembered(bytes.unsigned8())); // BINGET
      case 'j' -> push(remembered(bytes.unsigned32())); // LONG_BINGET
      case 'c' -> push(rebuilding.global(bytes.line(), bytes.line())); // GLOBAL
      case 0x93 -> push(stackGlobal(popTop(2))); // STACK_GLOBAL
      case 'Q' -> push(rebuilding.storage(pop())); // BINPERSID
      case 'R' -> push(reduce(popTop(2))); // REDUCE
      case 'b' -> build(pop()); // BUILD
      default ->
          throw bytes.error(
              bytes.position() - 1,
              "uses the instruction 0x%02x, which no tensor needs".formatted(code));
    }
  }

  private void protocol(int version) {
    if (version > HIGHEST_PROTOCOL) {
      throw bytes.error("is a pickle of protocol " + version + ", known are 2 to 5");
    }
  }

  private Value stackGlobal(List<Value> names) throws Rebuilding.Refused {
    if (names.get(0) instanceof Text module && names.get(1) instanceof Text name) {
      return rebuilding.global(module.value(), name.value());
    }
    throw bytes.error("asks for something whose name is no text");
  }

  private Value reduce(List<Value> call) throws Rebuilding.Refused {
    if (call.get(0) instanceof Value.Function function && call.get(1) instanceof Tuple arguments) {
      return rebuilding.call(function, arguments.items());
    }
    throw bytes.error("calls what is no function");
  }

  /** Attributes of a dictionary, such as the {@code _metadata} of a state: not needed. */
  private void build(Value state) {
    if (!(top() instanceof Dictionary && state instanceof Dictionary)) {
      throw bytes.error("gives attributes to what is no dictionary");
    }
  }

  private void append(List<Value> items) {
    if (!(top() instanceof Sequence list)) {
      throw bytes.error("appends to what is no list");
    }
    list.items.addAll(items);
  }

  private void setItems(List<Value> pairs) {
    if (!(top() instanceof Dictionary dictionary) || pairs.size() % 2 != 0) {
      throw bytes.error("puts entries into what is no dictionary, or half an entry");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      if (!(pairs.get(i) instanceof Text key)) {
        throw bytes.error("has a dictionary with a key that is no text");
      }
      dictionary.items.put(key.value(), pairs.get(i + 1));
    }
  }

  private void push(long number) {
    push(new Whole(BigInteger.valueOf(number)));
  }

  private void push(Value value) {
    stack.add(value);
  }

  private Value top() {
    // What lies below the last mark belongs to whoever set it.
    if (stack.size() == floor()) {
      throw bytes.error("takes a value where there is none");
    }
    return stack.getLast();
  }

  private Value pop() {
    Value value = top();
    stack.removeLast();
    return value;
  }

  private List<Value> popTop(int count) {
    if (stack.size() - floor() < count) {
      throw bytes.error("takes a value where there is none");
    }
    return popFrom(stack.size() - count);
  }

  private List<Value> popMarked() {
    if (marks.isEmpty()) {
      throw bytes.error("looks for a mark where there is none");
    }
    return popFrom(marks.removeLast());
  }

  private List<Value> popFrom(int start) {
    List<Value> tail = stack.subList(start, stack.size());
    List<Value> values = List.copyOf(tail);
    tail.clear();
    return values;
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.getLast();
  }

  private Value remembered(long index) {
    Value value = memo.get(index);
    if (value == null) {
      throw bytes.error("recalls " + index + ", which was never stored");
    }
    return value;
  }
}
