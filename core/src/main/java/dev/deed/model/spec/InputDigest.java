package dev.deed.model.spec;

import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The digest (SHA-256) of all that an encoder reads of an input, in hexadecimal digits: inputs of
 * one digest have one encoder output.
 *
 * @param hex 64 digits
 */
public record InputDigest(String hex) {
  private static final int AT_ONCE = 1 << 12;

  public static InputDigest of(EncoderInput input) {
    MessageDigest digest = sha256();
    ByteBuffer buffer = ByteBuffer.allocate(AT_ONCE * Float.BYTES).order(ByteOrder.nativeOrder());
    int[] ids = input.tokenIds();
    if (ids != null) {
      digest.update((byte) 1);
      put(
          digest,
          buffer,
          ids.length,
          (first, count) -> buffer.asIntBuffer().put(ids, first, count));
    }
    for (Map.Entry<Part, Values> part : new TreeMap<>(input.values()).entrySet()) {
      Values values = part.getValue();
      String header = "\n" + part.getKey() + values.shape() + "\n";
      digest.update(header.getBytes(StandardCharsets.UTF_8));
      float[] numbers = values.numbers();
      put(
          digest,
          buffer,
          numbers.length,
          (first, count) -> buffer.asFloatBuffer().put(numbers, first, count));
    }
    return new InputDigest(HexFormat.of().formatHex(digest.digest()));
  }

  /**
   * Groups inputs by what the encoder reads.
   *
   * @return indices of equal inputs, groups and indices in the order of the list
   */
  public static List<List<Integer>> groups(List<EncoderInput> inputs) {
    if (inputs.size() == 1) {
      return List.of(List.of(0));
    }
    Map<InputDigest, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      groups.computeIfAbsent(of(inputs.get(i)), _ -> new ArrayList<>()).add(i);
    }
    return List.copyOf(groups.values());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }

  /** Digests numbers of four bytes, some at a time. */
  private static void put(
      MessageDigest digest, ByteBuffer buffer, int count, BiConsumer<Integer, Integer> fill) {
    for (int first = 0; first < count; first += AT_ONCE) {
      int some = Math.min(AT_ONCE, count - first);
      fill.accept(first, some);
      digest.update(buffer.slice(0, some * Float.BYTES));
    }
  }
}
