package dev.deed.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Writes float tensors as a safetensors file that other readers open too. */
public final class SafetensorsWriter {
  private static final int CHUNK = 1 << 16;

  private SafetensorsWriter() {}

  /**
   * A tensor to write.
   *
   * @param shape sizes, outermost first
   * @param values row-major, as many as the shape says
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  public record Entry(int[] shape, float[] values) {}

  /**
   * Writes all tensors in the order of the map, to a temporary file that then takes the name.
   *
   * @throws IOException when writing fails; nothing half-written remains
   */
  public static void write(Path file, Map<String, Entry> tensors, Map<String, String> metadata)
      throws IOException {
    byte[] header = header(tensors, metadata);
    AtomicFiles.write(
        file,
        out -> {
          out.write(
              ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
          out.write(header);
          for (Entry tensor : tensors.values()) {
            writeFloats(out, tensor.values());
          }
        });
  }

  private static byte[] header(Map<String, Entry> tensors, Map<String, String> metadata) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode node = root.putObject("__metadata__");
      metadata.forEach(node::put);
    }
    long offset = 0;
    for (Map.Entry<String, Entry> tensor : tensors.entrySet()) {
      long bytes = 4L * tensor.getValue().values().length;
      ObjectNode node = root.putObject(tensor.getKey());
      node.put("dtype", "F32");
      Arrays.stream(tensor.getValue().shape()).forEach(node.putArray("shape")::add);
      node.putArray("data_offsets").add(offset).add(offset + bytes);
      offset += bytes;
    }
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    // Padding with spaces keeps the data aligned to eight bytes, as the reference writer does.
    int padded = (json.length + 7) / 8 * 8;
    byte[] header = Arrays.copyOf(json, padded);
    Arrays.fill(header, json.length, padded, (byte) ' ');
    return header;
  }

  private static void writeFloats(OutputStream out, float[] values) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (int start = 0; start < values.length; start += CHUNK) {
      int count = Math.min(CHUNK, values.length - start);
      buffer.clear();
      buffer.asFloatBuffer().put(values, start, count);
      out.write(buffer.array(), 0, 4 * count);
    }
  }
}
