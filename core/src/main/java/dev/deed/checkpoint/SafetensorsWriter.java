package dev.deed.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** Writes tensors as a safetensors file that other readers open too. */
public final class SafetensorsWriter {
  /** Bytes written at once, a multiple of every element's size. */
  private static final int CHUNK = 1 << 18;

  private SafetensorsWriter() {}

  /**
   * A tensor to write.
   *
   * @param shape sizes, outermost first
   * @param values row-major, as many as the shape says
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  public record Entry(int[] shape, float[] values) {
    private Tensor named(String name) {
      List<Integer> sizes = IntStream.of(shape).boxed().toList();
      return new Tensor(name, DataType.F32, sizes, TensorData.of(values));
    }
  }

  /** Writes tensors as the other method does, in the order of the map. */
  public static void write(Path file, Map<String, Entry> tensors, Map<String, String> metadata)
      throws IOException {
    List<Tensor> named =
        tensors.entrySet().stream().map(entry -> entry.getValue().named(entry.getKey())).toList();
    write(file, named, metadata, bytes -> {});
  }

  /**
   * Writes tensors piece by piece, to a temporary file that then takes the name.
   *
   * @param progress hears of the bytes of each piece written
   * @throws IOException when writing fails; nothing half-written remains
   */
  public static void write(
      Path file, Collection<Tensor> tensors, Map<String, String> metadata, LongConsumer progress)
      throws IOException {
    byte[] header = header(tensors, metadata);
    AtomicFiles.write(
        file,
        out -> {
          out.write(
              ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
          out.write(header);
          for (Tensor tensor : tensors) {
            write(tensor.data(), out, progress);
          }
        });
  }

  private static byte[] header(Collection<Tensor> tensors, Map<String, String> metadata) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    if (!metadata.isEmpty()) {
      metadata.forEach(root.putObject("__metadata__")::put);
    }
    long offset = 0;
    for (Tensor tensor : tensors) {
      ObjectNode node = root.putObject(tensor.name());
      node.put("dtype", tensor.type().name());
      tensor.shape().forEach(node.putArray("shape")::add);
      long end = offset + tensor.data().size();
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    // Padding with spaces keeps the data aligned to eight bytes, as the reference writer does.
    int padded = (json.length + 7) / 8 * 8;
    byte[] header = Arrays.copyOf(json, padded);
    Arrays.fill(header, json.length, padded, (byte) ' ');
    return header;
  }

  private static void write(TensorData data, OutputStream out, LongConsumer progress)
      throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (long start = 0; start < data.size(); start += CHUNK) {
      int count = (int) Math.min(CHUNK, data.size() - start);
      data.read(start, MemorySegment.ofArray(chunk).asSlice(0, count));
      out.write(chunk, 0, count);
      progress.accept(count);
    }
  }
}
