package dev.deed.fuzz;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Headers of safetensors: tensors behind one another, then some settings of them changed. */
final class HeaderFuzz {
  private HeaderFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    Choices choices = new Choices(bytes);
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    long end = 0;
    for (int i = choices.below(6); i > 0; i--) {
      ObjectNode tensor = header.putObject(choices.of("a", "b", "c", "__metadata__", "é", ""));
      int rows = choices.below(5);
      String type = choices.of("F32", "F16", "BF16", "I64", "U8", "F64", "BOOL", "F8_E4M3");
      int size = choices.of(4, 2, 2, 8, 1, 8, 1, 1);
      tensor.put("dtype", type);
      tensor.putArray("shape").add(rows).add(2);
      tensor.putArray("data_offsets").add(end).add(end + 2L * rows * size);
      end += 2L * rows * size;
    }
    if (choices.below(2) == 1) {
      RandomJson.change(header, List.of("dtype", "shape", "data_offsets", "__metadata__"), choices);
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int data = (int) end + (choices.rarely() ? choices.below(9) : 0);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
    SafetensorsFuzz.fuzzerTestOneInput(file.putLong(json.length).put(json).array());
  }
}
