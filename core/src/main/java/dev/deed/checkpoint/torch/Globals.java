package dev.deed.checkpoint.torch;

import dev.deed.checkpoint.DataType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that a pickle of tensors may ask for. Nothing is looked up anywhere else. */
final class Globals {
  private static final Map<String, Value> KNOWN = known();

  private Globals() {}

  /** What {@code module.name} stands for; null when it is none of the known. */
  static @Nullable Value find(String module, String name) {
    return KNOWN.get(module + "." + name);
  }

  private static Map<String, Value> known() {
    Map<String, Value> known = new HashMap<>();
    known.put("collections.OrderedDict", Value.Function.ORDERED_DICTIONARY);
    known.put("torch.Size", Value.Function.SIZE);
    known.put("torch._utils._rebuild_tensor", Value.Function.TENSOR);
    known.put("torch._utils._rebuild_tensor_v2", Value.Function.TENSOR_V2);
    known.put("torch._utils._rebuild_tensor_v3", Value.Function.TENSOR_V3);
    known.put("torch._utils._rebuild_parameter", Value.Function.PARAMETER);
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
}
