package dev.deed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a safetensors header, checked: a tensor, and where it lies in the file's data.
 *
 * @param begin of its bytes, counted from the first byte behind the header
 * @param end behind its last byte
 */
record SafetensorsEntry(Tensor tensor, long begin, long end) {
  /**
   * Reads {@code {dtype, shape, data_offsets}}.
   *
   * @param dataStart where the data begin in the file
   * @throws InputException when a part is missing or wrong, or they contradict each other
   */
  static SafetensorsEntry read(OpenFile open, String name, JsonNode entry, long dataStart) {
    Path file = open.path();
    long dataBytes = open.size() - dataStart;
    @Nullable DataType type = DataType.parse(entry.path("dtype").asText());
    if (type == null) {
      throw new InputException(
          file + ": tensor " + name,
          "has the element type " + entry.path("dtype") + ", which is not supported",
          "convert it to F32, F16 or BF16");
    }
    if (!entry.path("shape").isArray()) {
      throw SafetensorsFile.broken(file, "gives tensor " + name + " no shape");
    }
    long elements = 1;
    List<Integer> shape = new ArrayList<>();
    for (JsonNode size : entry.path("shape")) {
      if (!size.canConvertToInt() || !size.isIntegralNumber() || size.intValue() < 0) {
        throw SafetensorsFile.broken(
            file, "gives tensor " + name + " the shape " + entry.path("shape"));
      }
      shape.add(size.intValue());
      elements = multiply(file, name, elements, size.intValue());
    }
    JsonNode offsets = entry.path("data_offsets");
    if (offsets.size() != 2 || !isWhole(offsets.path(0)) || !isWhole(offsets.path(1))) {
      throw SafetensorsFile.broken(file, "gives tensor " + name + " no pair of data offsets");
    }
    long begin = offsets.path(0).asLong();
    long end = offsets.path(1).asLong();
    if (begin < 0 || end < begin || end > dataBytes) {
      throw SafetensorsFile.broken(
          file, "puts tensor " + name + " at bytes " + begin + ".." + end + " of " + dataBytes);
    }
    if (end - begin != multiply(file, name, elements, type.bytes())) {
      throw SafetensorsFile.broken(
          file, "gives tensor " + name + " " + (end - begin) + " bytes for the shape " + shape);
    }
    TensorData data = open.region(dataStart + begin, end - begin);
    return new SafetensorsEntry(new Tensor(name, type, shape, data), begin, end);
  }

  /**
   * Checks that tensors fill the data of a file, in any order.
   *
   * @throws InputException when two overlap, or bytes lie between or behind them
   */
  static void requireNoGaps(Path file, List<SafetensorsEntry> entries, long dataBytes) {
    List<SafetensorsEntry> inOrder = new ArrayList<>(entries);
    inOrder.sort(
        Comparator.comparingLong(SafetensorsEntry::begin).thenComparingLong(SafetensorsEntry::end));
    long covered = 0;
    for (SafetensorsEntry next : inOrder) {
      if (next.begin != covered) {
        throw SafetensorsFile.broken(
            file,
            "puts tensor %s at byte %d, where byte %d is next"
                .formatted(next.tensor.name(), next.begin, covered));
      }
      covered = next.end;
    }
    if (covered != dataBytes) {
      throw SafetensorsFile.broken(
          file, "has " + (dataBytes - covered) + " bytes behind its last tensor");
    }
  }

  private static boolean isWhole(JsonNode number) {
    return number.isIntegralNumber() && number.canConvertToLong();
  }

  private static long multiply(Path file, String name, long a, long b) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException e) {
      throw SafetensorsFile.broken(file, "gives tensor " + name + " a size beyond 64 bits");
    }
  }
}
