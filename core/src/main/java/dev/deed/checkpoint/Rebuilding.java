package dev.deed.checkpoint;

import dev.deed.checkpoint.Value.Function;
import dev.deed.checkpoint.Value.Storage;
import dev.deed.checkpoint.Value.Text;
import dev.deed.checkpoint.Value.Tuple;
import dev.deed.checkpoint.Value.Whole;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the known functions of a pickle make of their arguments ({@code torch._utils}). */
final class Rebuilding {
  /** PyTorch's own bound. */
  private static final int MAX_DIMENSIONS = 64;

  /** What a pickle of tensors may ask for, by its name. Nothing is looked up anywhere else. */
  private static final Map<String, Value> GLOBALS = globals();

  private final Map<String, Storage> storages = new LinkedHashMap<>();

  /** A part of a pickle that cannot be accepted; its reader knows where it is. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String why) {
      super(why);
    }
  }

  Map<String, Storage> storages() {
    return storages;
  }

  private static Map<String, Value> globals() {
    Map<String, Value> known = new HashMap<>();
    known.put("collections.OrderedDict", Function.ORDERED_DICTIONARY);
    known.put("torch.Size", Function.SIZE);
    known.put("torch._utils._rebuild_tensor", Function.TENSOR);
    known.put("torch._utils._rebuild_tensor_v2", Function.TENSOR_V2);
    known.put("torch._utils._rebuild_tensor_v3", Function.TENSOR_V3);
    known.put("torch._utils._rebuild_parameter", Function.PARAMETER);
    known.put("torch.storage.UntypedStorage", new Value.StorageClass(null));
    type(known, DataType.F64, "Double", "float64");
    type(known, DataType.F32, "Float", "float32");
    type(known, DataType.F16, "Half", "float16");
    type(known, DataType.BF16, "BFloat16", "bfloat16");
    type(known, DataType.I64, "Long", "int64");
    type(known, DataType.I32, "Int", "int32");
    type(known, DataType.I16, "Short", "int16");
    type(known, DataType.I8, "Char", "int8");
    type(known, DataType.U8, "Byte", "uint8");
    type(known, DataType.BOOL, "Bool", "bool");
    return Map.copyOf(known);
  }

  private static void type(Map<String, Value> known, DataType type, String storage, String name) {
    for (String module : List.of("torch", "torch.cuda")) {
      known.put(module + "." + storage + "Storage", new Value.StorageClass(type));
    }
    known.put("torch." + name, new Value.Type(type));
  }

  Value global(String module, String name) throws Refused {
    @Nullable Value known = GLOBALS.get(module + "." + name);
    if (known == null) {
      throw new Refused("asks for " + shown(module + "." + name) + ", which no tensor needs");
    }
    return known;
  }

  /** {@code ('storage', class, key, location, elements)}, with None as sixth in the old format. */
  Value storage(Value identifier) throws Refused {
    if (identifier instanceof Tuple(List<Value> parts)
        && (parts.size() == 5 || parts.size() == 6 && parts.get(5) == Value.Constant.NONE)
        && parts.get(0) instanceof Text(String kind)
        && kind.equals("storage")
        && parts.get(1) instanceof Value.StorageClass(@Nullable DataType type)
        && parts.get(2) instanceof Text(String key)) {
      Storage storage = new Storage(type, key, count(parts.get(4), "a storage"));
      Storage before = storages.putIfAbsent(key, storage);
      if (before != null && !before.equals(storage)) {
        throw new Refused("describes the storage " + shown(key) + " in two ways");
      }
      return storage;
    }
    throw new Refused("refers to something that is no storage");
  }

  Value call(Function function, List<Value> arguments) throws Refused {
    return switch (function) {
      case ORDERED_DICTIONARY -> {
        require(arguments.isEmpty(), "an OrderedDict");
        yield new Value.Dictionary();
      }
      case SIZE -> {
        require(arguments.size() == 1 && arguments.getFirst() instanceof Tuple, "a torch.Size");
        yield arguments.getFirst();
      }
      case TENSOR -> tensor(arguments, 4, 4);
      case TENSOR_V2 -> tensor(arguments, 6, 7);
      case TENSOR_V3 -> tensorOfBytes(arguments);
      case PARAMETER -> {
        require(arguments.size() == 3 && arguments.getFirst() instanceof Value.View, "a parameter");
        yield arguments.getFirst();
      }
    };
  }

  /**
   * {@code (storage, offset, size, stride, …)}; what follows concerns gradients, or is conjugate
   * and negative bits, which must be absent.
   */
  private static Value tensor(List<Value> arguments, int least, int most) throws Refused {
    require(arguments.size() >= least && arguments.size() <= most, "a tensor");
    if (!(arguments.getFirst() instanceof Storage storage)
        || !(storage.type() instanceof DataType type)) {
      throw new Refused("builds a tensor without a storage");
    }
    requirePlain(arguments, 6);
    return view(storage, type, arguments);
  }

  /** {@code (storage, offset, size, stride, gradient, hooks, dtype[, metadata])}. */
  private static Value tensorOfBytes(List<Value> arguments) throws Refused {
    require(arguments.size() >= 7 && arguments.size() <= 8, "a tensor");
    if (!(arguments.get(0) instanceof Storage storage)
        || !(arguments.get(6) instanceof Value.Type(DataType type))) {
      throw new Refused("builds a tensor without a storage or an element type");
    }
    requirePlain(arguments, 7);
    return view(storage, type, arguments);
  }

  private static void requirePlain(List<Value> arguments, int metadata) throws Refused {
    if (arguments.size() > metadata
        && !(arguments.get(metadata) == Value.Constant.NONE
            || arguments.get(metadata) instanceof Value.Dictionary dictionary
                && dictionary.items.isEmpty())) {
      throw new Refused("builds a tensor with metadata (a conjugate or negative view)");
    }
  }

  private static Value view(Storage storage, DataType type, List<Value> arguments) throws Refused {
    List<Integer> shape = new ArrayList<>();
    List<Long> strides = new ArrayList<>();
    for (Value size : items(arguments.get(2))) {
      long count = count(size, "a size");
      require(count <= Integer.MAX_VALUE, "a tensor");
      shape.add((int) count);
    }
    for (Value stride : items(arguments.get(3))) {
      strides.add(count(stride, "a stride"));
    }
    require(shape.size() == strides.size() && shape.size() <= MAX_DIMENSIONS, "a tensor");
    return new Value.View(storage, type, count(arguments.get(1), "an offset"), shape, strides);
  }

  private static List<Value> items(Value value) throws Refused {
    if (value instanceof Tuple(List<Value> items)) {
      return items;
    }
    throw new Refused("builds a tensor with sizes that are no tuple");
  }

  private static long count(Value value, String what) throws Refused {
    if (value instanceof Whole(BigInteger number)
        && number.signum() >= 0
        && number.bitLength() < Long.SIZE) {
      return number.longValue();
    }
    throw new Refused("gives " + what + " that is no number from 0 to 2^63 - 1");
  }

  private static void require(boolean holds, String what) throws Refused {
    if (!holds) {
      throw new Refused("builds " + what + " of other arguments than PyTorch writes");
    }
  }

  /** A name from the file, fit for one line of a message. */
  static String shown(String name) {
    String start = name.length() <= 80 ? name : name.substring(0, 77) + "...";
    return start.replaceAll("[^ -~]", "?");
  }
}
