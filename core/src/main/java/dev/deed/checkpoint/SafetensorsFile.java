package dev.deed.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A memory-mapped safetensors file. Thread-safe; tensors stay readable until {@link #close()}.
 *
 * <p>Layout: eight bytes header length (little-endian), a JSON header {@code name → {dtype, shape,
 * data_offsets}}, then the data.
 */
public final class SafetensorsFile implements AutoCloseable {
  /** The reference implementation's own bound on the header. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private static final String FETCH_AGAIN = "the file is damaged or cut short, fetch it again";
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Arena arena;
  private final Map<String, Tensor> tensors;
  private final Map<String, String> metadata;

  private SafetensorsFile(Arena arena, Header header) {
    this.arena = arena;
    this.tensors = header.tensors;
    this.metadata = header.metadata;
  }

  private record Header(Map<String, Tensor> tensors, Map<String, String> metadata) {}

  /**
   * Maps a file and checks its header against its size.
   *
   * @throws InputException when the file is missing, or its header is not what it claims
   */
  @SuppressWarnings("MustBeClosedChecker") // the arena is closed with the file it is handed to
  public static SafetensorsFile open(Path file) {
    Arena arena = Arena.ofShared();
    try {
      return new SafetensorsFile(arena, readHeader(file, map(file, arena)));
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Tensors by name, in the order of the header. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /** Texts that the writer put beside the tensors; entries that are no text are left out. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public void close() {
    arena.close();
  }

  private static MemorySegment map(Path file, Arena arena) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw new InputException(
          file.toString(),
          "cannot be read (" + reason(e) + ")",
          "check the path and its permissions");
    }
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.NoSuchFileException
        ? "no such file"
        : String.valueOf(e.getMessage());
  }

  private static Header readHeader(Path file, MemorySegment mapped) {
    if (mapped.byteSize() < 8) {
      throw broken(file, "has " + mapped.byteSize() + " bytes, too few for a header");
    }
    long headerLength = mapped.get(LENGTH, 0);
    if (headerLength < 2 || headerLength > Math.min(MAX_HEADER_BYTES, mapped.byteSize() - 8)) {
      throw broken(
          file, "claims a header of " + headerLength + " bytes in a file of " + mapped.byteSize());
    }
    byte[] header = mapped.asSlice(8, headerLength).toArray(ValueLayout.JAVA_BYTE);
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(header);
    } catch (JsonProcessingException e) {
      throw broken(file, "has a header that is not JSON");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    if (root == null || !root.isObject()) {
      throw broken(file, "has a header that is not a JSON object");
    }
    MemorySegment data = mapped.asSlice(8 + headerLength);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        Tensor tensor = readTensor(file, entry.getKey(), entry.getValue(), data);
        tensors.put(tensor.name(), tensor);
      }
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : root.path("__metadata__").properties()) {
      if (entry.getValue().isTextual()) {
        metadata.put(entry.getKey(), entry.getValue().textValue());
      }
    }
    return new Header(Collections.unmodifiableMap(tensors), Collections.unmodifiableMap(metadata));
  }

  private static Tensor readTensor(Path file, String name, JsonNode entry, MemorySegment data) {
    @Nullable DataType type = DataType.parse(entry.path("dtype").asText());
    if (type == null) {
      throw new InputException(
          file + ": tensor " + name,
          "has the element type " + entry.path("dtype") + ", which is not supported",
          "convert it to F32, F16 or BF16");
    }
    long elements = 1;
    List<Integer> shape = new ArrayList<>();
    for (JsonNode size : entry.path("shape")) {
      if (!size.canConvertToInt() || !size.isIntegralNumber() || size.intValue() < 0) {
        throw broken(file, "gives tensor " + name + " the shape " + entry.path("shape"));
      }
      shape.add(size.intValue());
      elements = multiply(file, name, elements, size.intValue());
    }
    JsonNode offsets = entry.path("data_offsets");
    if (offsets.size() != 2
        || !offsets.path(0).isIntegralNumber()
        || !offsets.path(1).isIntegralNumber()) {
      throw broken(file, "gives tensor " + name + " no pair of data offsets");
    }
    long begin = offsets.path(0).asLong();
    long end = offsets.path(1).asLong();
    if (begin < 0 || end < begin || end > data.byteSize()) {
      throw broken(
          file,
          "puts tensor " + name + " at bytes " + begin + ".." + end + " of " + data.byteSize());
    }
    if (end - begin != multiply(file, name, elements, type.bytes())) {
      throw broken(
          file, "gives tensor " + name + " " + (end - begin) + " bytes for the shape " + shape);
    }
    return new Tensor(name, type, shape, data.asSlice(begin, end - begin));
  }

  private static long multiply(Path file, String name, long a, long b) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException e) {
      throw broken(file, "gives tensor " + name + " a size beyond 64 bits");
    }
  }

  private static InputException broken(Path file, String why) {
    return new InputException(file.toString(), why, FETCH_AGAIN);
  }
}
