package dev.deed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** How the weights of a folder are stored. */
public interface Storage {
  /** Where {@code config.json} says how weights are quantised; Transformers' own name. */
  String QUANTIZATION = "quantization_config";

  Storage UNCHANGED = List::of;

  /** What is written of a tensor; converted as it is read. */
  List<Tensor> store(Tensor tensor);

  /** Notes in a {@code config.json} what loaders must know; nothing if not stated otherwise. */
  default void state(ObjectNode config) {}

  /**
   * All tensors of numbers with a fraction in one type.
   *
   * @param type F32, F16 or BF16
   */
  static Storage of(DataType type) {
    return new Storage() {
      @Override
      public List<Tensor> store(Tensor tensor) {
        return List.of(tensor.to(type));
      }

      @Override
      public void state(ObjectNode config) {
        stateType(config, type);
      }
    };
  }

  /** Transformers loads weights in the type that the configuration states. */
  private static void stateType(ObjectNode config, DataType type) {
    String name =
        switch (type) {
          case F16 -> "float16";
          case BF16 -> "bfloat16";
          default -> "float32";
        };
    for (String key : List.of("dtype", "torch_dtype")) {
      if (config.path(key).isTextual()) {
        config.put(key, name);
      }
    }
    for (JsonNode part : config) {
      if (part instanceof ObjectNode inner) {
        stateType(inner, type);
      }
    }
  }
}
