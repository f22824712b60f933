package dev.deed.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.deed.files.JsonFault;
import dev.deed.files.JsonLimits;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file. Thread-safe; tensors stay readable until {@link #close()}.
 *
 * <p>Layout: eight bytes header length (little-endian), a JSON header {@code name → {dtype, shape,
 * data_offsets}}, then the data. As the reference implementation does, a file is refused whose
 * tensors overlap, leave bytes between or behind them, or whose header says a name twice.
 *
 * @param tensors by name, in the order of the header
 * @param metadata texts that the writer put beside the tensors
 */
public record SafetensorsFile(
    OpenFile file, Map<String, Tensor> tensors, Map<String, String> metadata)
    implements AutoCloseable {
  /** The reference implementation's own bound on the header. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  /** Far more than names, types and shapes of that length have. */
  private static final int MAX_TOKENS = 5_000_000;

  private static final JsonMapper MAPPER = new JsonLimits(MAX_TOKENS).mapper();

  private static final String METADATA = "__metadata__";

  /**
   * Opens a file and checks its header against its size.
   *
   * @throws InputException when the file is missing, or its header is not what it claims
   */
  public static SafetensorsFile open(Path path) {
    OpenFile file = OpenFile.open(path);
    try {
      return readHeader(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public void close() {
    file.close();
  }

  private static SafetensorsFile readHeader(OpenFile open) {
    Path file = open.path();
    if (open.size() < 8) {
      throw broken(file, "has " + open.size() + " bytes, too few for a header");
    }
    long headerLength = ByteBuffer.wrap(open.bytes(0, 8)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (headerLength < 2 || headerLength > Math.min(MAX_HEADER_BYTES, open.size() - 8)) {
      throw broken(
          file, "claims a header of " + headerLength + " bytes in a file of " + open.size());
    }
    byte[] header = open.bytes(8, (int) headerLength);
    JsonNode root;
    try {
      root = MAPPER.readTree(header);
    } catch (JsonProcessingException e) {
      throw broken(file, "has a header that is not JSON (" + JsonFault.of(e).reason() + ")");
    } catch (IOException e) {
      // Not even characters.
      throw broken(file, "has a header that is not JSON");
    }
    if (root == null || !root.isObject()) {
      throw broken(file, "has a header that is not a JSON object");
    }
    long dataStart = 8 + headerLength;
    List<SafetensorsEntry> entries =
        root.properties().stream()
            .filter(entry -> !entry.getKey().equals(METADATA))
            .map(entry -> SafetensorsEntry.read(open, entry.getKey(), entry.getValue(), dataStart))
            .toList();
    SafetensorsEntry.requireNoGaps(file, entries, open.size() - dataStart);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    entries.forEach(entry -> tensors.put(entry.tensor().name(), entry.tensor()));
    return new SafetensorsFile(
        open, Collections.unmodifiableMap(tensors), readMetadata(file, root));
  }

  private static Map<String, String> readMetadata(Path file, JsonNode root) {
    JsonNode texts = root.path(METADATA);
    boolean sound = texts.isObject() || texts.isNull() || texts.isMissingNode();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : texts.properties()) {
      sound &= entry.getValue().isTextual();
      metadata.put(entry.getKey(), entry.getValue().asText());
    }
    if (!sound) {
      throw broken(file, "has a " + METADATA + " that holds more than texts");
    }
    return Collections.unmodifiableMap(metadata);
  }

  static InputException broken(Path file, String why) {
    return new InputException(
        file.toString(), why, "the file is damaged or cut short, fetch it again");
  }

  /**
   * An entry of a safetensors header, checked: a tensor, and where it lies in the file's data.
   *
   * @param begin of its bytes, counted from the first byte behind the header
   * @param end behind its last byte
   */
  private record SafetensorsEntry(Tensor tensor, long begin, long end) {
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
          Comparator.comparingLong(SafetensorsEntry::begin)
              .thenComparingLong(SafetensorsEntry::end));
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
}
