package dev.deed.model.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.TensorData;
import dev.deed.checkpoint.WeightFiles;
import dev.deed.value.InputException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A folder of TableFormer as Docling publishes it: {@code tm_config.json} beside the weights. */
final class TableFormerFolder {
  private static final String FUSED = "in_proj_";

  private TableFormerFolder() {}

  /**
   * The configuration of a folder: its file, with {@code model_type} and the {@code shapes} of its
   * tensors, which state all widths.
   *
   * @throws InputException when a file is missing or damaged, or describes another model
   */
  static Config config(Path folder) {
    Config config = Config.read(folder.resolve(Config.TABLE_MODEL));
    config.object("model").requireText("type", TableFormerFamily.TYPE);
    ObjectNode shapes =
        config.json().put("model_type", TableFormerFamily.TYPE).putObject(TableFormerFamily.SHAPES);
    try (WeightFiles weights = WeightFiles.open(folder)) {
      weights
          .tensors()
          .forEach((name, tensor) -> tensor.shape().forEach(shapes.putArray(name)::add));
    }
    return config;
  }

  /**
   * The tensors as a family names them: queries, keys and values, which are stored as one matrix,
   * each by itself, and without the counters of batch norms.
   */
  static Map<String, Tensor> divided(Map<String, Tensor> stored) {
    Map<String, Tensor> divided = new LinkedHashMap<>();
    stored.forEach(
        (name, tensor) -> {
          List<Integer> shape = new ArrayList<>(tensor.shape());
          int fused = name.lastIndexOf(FUSED);
          if (fused >= 0 && !shape.isEmpty() && shape.getFirst() % 3 == 0) {
            shape.set(0, shape.getFirst() / 3);
            for (int i = 0; i < 3; i++) {
              String kind = List.of("q_proj.", "k_proj.", "v_proj.").get(i);
              String part =
                  name.substring(0, fused) + kind + name.substring(fused + FUSED.length());
              divided.put(part, new Tensor(part, tensor.type(), shape, third(tensor.data(), i)));
            }
          } else if (name.endsWith("_positional_encoding.pe") && shape.size() == 3) {
            divided.put(name, shaped(tensor, List.of(shape.get(0) * shape.get(1), shape.get(2))));
          } else if (name.equals(TableFormerFamily.TAGS + "_fc.bias") && shape.size() == 1) {
            divided.put(name, shaped(tensor, List.of(1, shape.getFirst())));
          } else if (!name.endsWith("num_batches_tracked")) {
            divided.put(name, tensor);
          }
        });
    return divided;
  }

  private static Tensor shaped(Tensor tensor, List<Integer> shape) {
    return new Tensor(tensor.name(), tensor.type(), shape, tensor.data());
  }

  private static TensorData third(TensorData whole, int number) {
    return new TensorData() {
      @Override
      public long size() {
        return whole.size() / 3;
      }

      @Override
      public void read(long position, MemorySegment target) {
        whole.read(number * size() + position, target);
      }
    };
  }
}
