package dev.deed.checkpoint.torch;

import dev.deed.checkpoint.torch.Value.Constant;
import dev.deed.checkpoint.torch.Value.Dictionary;
import dev.deed.checkpoint.torch.Value.Sequence;
import dev.deed.checkpoint.torch.Value.Text;
import dev.deed.checkpoint.torch.Value.Tuple;
import dev.deed.checkpoint.torch.Value.Whole;
import dev.deed.value.InputException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads pickles of tensors, protocols 2 to 5 (Python's {@code pickletools} defines them). It calls
 * nothing: functions are the few of {@link Value.Function}, and every other instruction or name is
 * refused. Nothing is copied when it is referred to again, so that a small pickle stays small.
 */
final class PickleReader {
  /** About 35 are spent on a tensor. */
  private static final int MAX_STEPS = 2_000_000;

  private static final int HIGHEST_PROTOCOL = 5;

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
      @Nullable Opcode opcode = Opcode.of(code);
      if (opcode == null) {
        throw bytes.error(position, "is no pickle instruction (%d)".formatted(code));
      }
      if (opcode == Opcode.STOP) {
        return pop();
      }
      try {
        run(opcode);
      } catch (Rebuilding.Refused e) {
        throw bytes.error(position, String.valueOf(e.getMessage()));
      }
    }
  }

  private void run(Opcode opcode) throws Rebuilding.Refused {
    switch (opcode) {
      case PROTO -> protocol(bytes.unsigned8());
      case FRAME -> bytes.length64();
      case NONE -> push(Constant.NONE);
      case NEWTRUE -> push(Constant.TRUE);
      case NEWFALSE -> push(Constant.FALSE);
      case BININT -> push(bytes.signed32());
      case BININT1 -> push(bytes.unsigned8());
      case BININT2 -> push(bytes.unsigned16());
      case LONG1 -> push(new Whole(bytes.whole(bytes.unsigned8())));
      case BINFLOAT -> push(new Value.Real(bytes.bigEndianDouble()));
      case SHORT_BINUNICODE -> push(new Text(bytes.utf8(bytes.unsigned8())));
      case BINUNICODE -> push(new Text(bytes.utf8(bytes.unsigned32())));
      case BINUNICODE8 -> push(new Text(bytes.utf8(bytes.length64())));
      case SHORT_BINSTRING -> push(new Text(bytes.latin1(bytes.unsigned8())));
      case BINSTRING -> push(new Text(bytes.latin1(bytes.unsigned32())));
      case MARK -> marks.add(stack.size());
      case EMPTY_TUPLE -> push(new Tuple(List.of()));
      case TUPLE1 -> push(new Tuple(popTop(1)));
      case TUPLE2 -> push(new Tuple(popTop(2)));
      case TUPLE3 -> push(new Tuple(popTop(3)));
      case TUPLE -> push(new Tuple(popMarked()));
      case EMPTY_LIST -> push(new Sequence());
      case APPEND -> append(popTop(1));
      case APPENDS -> append(popMarked());
      case EMPTY_DICT -> push(new Dictionary());
      case SETITEM -> setItems(popTop(2));
      case SETITEMS -> setItems(popMarked());
      case BINPUT -> memo.put((long) bytes.unsigned8(), top());
      case LONG_BINPUT -> memo.put(bytes.unsigned32(), top());
      case MEMOIZE -> memo.put((long) memo.size(), top());
      case BINGET -> push(remembered(bytes.unsigned8()));
      case LONG_BINGET -> push(remembered(bytes.unsigned32()));
      case GLOBAL -> push(rebuilding.global(bytes.line(), bytes.line()));
      case STACK_GLOBAL -> push(stackGlobal(popTop(2)));
      case BINPERSID -> push(rebuilding.storage(pop()));
      case REDUCE -> push(reduce(popTop(2)));
      case BUILD -> build(pop());
      default ->
          throw bytes.error(
              bytes.position() - 1, "uses the instruction " + opcode + ", which no tensor needs");
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
