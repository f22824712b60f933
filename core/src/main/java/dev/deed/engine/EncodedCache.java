package dev.deed.engine;

import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Encoder outputs by the content of what the encoder read, the last ones used: a second question
 * about the same picture, or another threshold, needs no encoder. Bounded in bytes. Safe for use
 * from many threads.
 */
final class EncodedCache {
  private static final int FLOATS_AT_ONCE = 1 << 12;

  private final long most;
  private final LinkedHashMap<String, EncoderOutput> outputs = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * @param most bytes of outputs; 0 keeps none
   */
  EncodedCache(long most) {
    this.most = most;
  }

  /** Whether it keeps anything. */
  boolean isOn() {
    return most > 0;
  }

  /** The digest (SHA-256) of all that the encoder reads of an input. */
  static String key(EncoderInput input) {
    MessageDigest digest = sha256();
    ByteBuffer buffer =
        ByteBuffer.allocate(FLOATS_AT_ONCE * Float.BYTES).order(ByteOrder.nativeOrder());
    int[] ids = input.tokenIds();
    if (ids != null) {
      digest.update((byte) 1);
      for (int id : ids) {
        put(digest, buffer, id);
      }
      flush(digest, buffer);
    }
    for (Map.Entry<Part, Values> part : new TreeMap<>(input.values()).entrySet()) {
      Values values = part.getValue();
      String header = "\n" + part.getKey() + values.shape() + "\n";
      digest.update(header.getBytes(StandardCharsets.UTF_8));
      putAll(digest, buffer, values.numbers());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }

  private static void putAll(MessageDigest digest, ByteBuffer buffer, float[] values) {
    for (int at = 0; at < values.length; at += FLOATS_AT_ONCE) {
      int count = Math.min(FLOATS_AT_ONCE, values.length - at);
      buffer.asFloatBuffer().put(values, at, count);
      buffer.position(count * Float.BYTES);
      flush(digest, buffer);
    }
  }

  private static void put(MessageDigest digest, ByteBuffer buffer, int value) {
    if (!buffer.hasRemaining()) {
      flush(digest, buffer);
    }
    buffer.putInt(value);
  }

  private static void flush(MessageDigest digest, ByteBuffer buffer) {
    digest.update(buffer.flip());
    buffer.clear();
  }

  /** The output of an input with this key; null when it is not kept. */
  synchronized @Nullable EncoderOutput get(String key) {
    return outputs.get(key);
  }

  /** Keeps an output, and lets go of those that were not used for the longest time. */
  synchronized void put(String key, EncoderOutput output) {
    if (bytes(output) > most || outputs.containsKey(key)) {
      return;
    }
    outputs.put(key, output);
    bytes += bytes(output);
    var oldest = outputs.entrySet().iterator();
    while (bytes > most) {
      bytes -= bytes(oldest.next().getValue());
      oldest.remove();
    }
  }

  private static long bytes(EncoderOutput output) {
    long values = output.hidden().length;
    float[] places = output.places();
    return Float.BYTES * (values + (places == null ? 0 : places.length));
  }
}
