package dev.deed.model.spec;

import dev.deed.checkpoint.Tensor;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an encoder reads: token ids, arrays of numbers, or both. Immutable; arrays are not copied
 * and must not change while in use.
 *
 * @param tokenIds null when the model reads none
 * @param values the arrays, by what they are
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record EncoderInput(int @Nullable [] tokenIds, Map<Part, Values> values) {
  public enum Part {
    /** Token ids, [positions]. */
    TOKENS("input_ids"),
    /** Boxes of the tokens, [positions, coordinates]. */
    BOXES("bbox"),
    /** A normalised picture, [channels, height, width]. */
    PIXELS("pixel_values"),
    /** Patches of a picture behind their row and column, [patches, 2 + values]; 0 0 is padding. */
    PATCHES("flattened_patches"),
    /** A log-mel spectrogram, [bins, frames]. */
    SPECTROGRAM("input_features"),
    /** Samples of a sound, [samples]. */
    SAMPLES("input_values");

    private final String tensorName;

    Part(String tensorName) {
      this.tensorName = tensorName;
    }

    /** The name that Transformers gives to the input. */
    public String tensorName() {
      return tensorName;
    }

    /** The part of a name such as {@code pixel_values}; null when there is none. */
    public static @Nullable Part named(String name) {
      return Arrays.stream(values())
          .filter(p -> p.tensorName.equals(name))
          .findFirst()
          .orElse(null);
    }
  }

  /** Numbers with a shape: row-major, as many as it says. */
  public record Values(float[] numbers, List<Integer> shape) {
    public Values {
      shape = List.copyOf(shape);
      long elements = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
      if (elements != numbers.length) {
        throw new IllegalArgumentException(numbers.length + " numbers, shape " + shape);
      }
    }

    public static Values of(float[] numbers, Integer... shape) {
      return new Values(numbers, List.of(shape));
    }

    /**
     * A tensor of a file, copied; whole numbers (boxes in thousandths) too.
     *
     * @throws InputException when it holds neither fractions nor whole numbers of 32 or 64 bits
     */
    public static Values of(Tensor tensor) {
      if (tensor.type().isFloat()) {
        return new Values(tensor.toFloats(), tensor.shape());
      }
      int[] whole = tensor.toInts();
      float[] numbers = new float[whole.length];
      for (int i = 0; i < whole.length; i++) {
        numbers[i] = whole[i];
      }
      return new Values(numbers, tensor.shape());
    }
  }

  /** Written out: of a compact constructor, class files do not tell which array may be null. */
  public EncoderInput(int @Nullable [] tokenIds, Map<Part, Values> values) {
    this.tokenIds = tokenIds;
    this.values = Map.copyOf(values);
  }

  public static EncoderInput ofTokens(int... ids) {
    return new EncoderInput(ids, Map.of());
  }

  public static EncoderInput of(Part part, Values values) {
    return new EncoderInput(null, Map.of(part, values));
  }

  /**
   * @param vocabulary each must be below it
   * @throws InputException when there are none or one is outside the vocabulary
   */
  public int[] tokens(int vocabulary) {
    if (tokenIds == null || tokenIds.length == 0) {
      throw new InputException(
          "input_ids", "are missing or empty", "give at least one token, this model reads text");
    }
    for (int id : tokenIds) {
      if (id < 0 || id >= vocabulary) {
        throw new InputException(
            "input_ids",
            "holds " + id + ", the vocabulary is 0.." + (vocabulary - 1),
            "give other ids");
      }
    }
    return tokenIds;
  }

  public boolean has(Part part) {
    return part == Part.TOKENS ? tokenIds != null : values.containsKey(part);
  }

  /**
   * The numbers of a part. A first size of 1 more than expected is a batch of one and left out.
   *
   * @param expected its shape; −1 for a size that varies
   * @throws InputException when it is missing or of another shape
   */
  public Values require(Part part, Integer... expected) {
    Values found = values.get(part);
    List<Integer> wanted = List.of(expected);
    if (found == null) {
      throw new InputException(
          part.tensorName, "is missing, this model reads it", "give it with the shape " + wanted);
    }
    List<Integer> shape = found.shape;
    if (shape.size() == wanted.size() + 1 && shape.getFirst() == 1) {
      shape = shape.subList(1, shape.size());
    }
    boolean fits = shape.size() == wanted.size();
    for (int i = 0; fits && i < wanted.size(); i++) {
      fits = wanted.get(i) == -1 || wanted.get(i).equals(shape.get(i));
    }
    if (!fits) {
      throw new InputException(
          part.tensorName, "has the shape " + found.shape, "the model reads " + wanted);
    }
    return new Values(found.numbers, shape);
  }
}
