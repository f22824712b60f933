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
 * <p>Its bytes: for token ids, then for each array in the order of {@link Part}, a line of UTF-8
 * such as {@code input_ids [7]} or {@code pixel_values [3, 224, 224]}, its end a newline, and then
 * the numbers, four bytes each, little-endian: whole numbers for ids, IEEE 754 for others.
 *
 * @param hex 64 digits
 */
public record InputDigest(String hex) {
  private static final int AT_ONCE = 1 << 12;

  public static InputDigest of(EncoderInput input) {
    MessageDigest digest = sha256();
    ByteBuffer buffer = ByteBuffer.allocate(AT_ONCE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int[] ids = input.tokenIds();
    if (ids != null) {
      digest.update(header(Part.TOKENS, List.of(ids.length)));
      put(
          digest,
          buffer,
          ids.length,
          (first, count) -> buffer.asIntBuffer().put(ids, first, count));
    }
    for (Map.Entry<Part, Values> part : new TreeMap<>(input.values()).entrySet()) {
      Values values = part.getValue();
      digest.update(header(part.getKey(), values.shape()));
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

  private static byte[] header(Part part, List<Integer> shape) {
    return (part.tensorName() + " " + shape + "\n").getBytes(StandardCharsets.UTF_8);
  }

  public static MessageDigest sha256() {
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
