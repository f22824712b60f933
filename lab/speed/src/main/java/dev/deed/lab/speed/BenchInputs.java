package dev.deed.lab.speed;

import dev.deed.EncoderDecoderModel;
import dev.deed.Input;
import dev.deed.model.front.LayoutAwareFront;
import dev.deed.model.front.PictureFront;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Inputs that any engine in any language can make: element i of a batch's flattened input has the
 * hash {@code h = (i · 2654435761 + 12345) mod 2³²}. A token is {@code h div 64 mod (vocabulary −
 * 210) + 10}, a pixel {@code h / 2³¹ − 1}.
 */
final class BenchInputs {
  private static final long FACTOR = 2_654_435_761L;
  private static final long SUMMAND = 12_345;
  private static final int SHIFT = 6;

  /** Tokens at both ends of a vocabulary that may mean something special. */
  private static final int FIRST_TOKEN = 10;

  private static final int SPECIAL_TOKENS = 210;

  private BenchInputs() {}

  /**
   * Made-up inputs of a model that reads tokens, boxes or a picture of one size.
   *
   * @throws InputException when the model reads something else
   */
  static List<Input> of(EncoderDecoderModel model, int batch, int sourceLength) {
    EncoderFront front = model.internals().spec().encoder().front();
    Set<Part> reads = model.internals().inputs().required();
    PictureFront picture = reads.contains(Part.PIXELS) ? picture(front) : null;
    int vocabulary = model.internals().spec().decoder().vocabulary();
    InputException.require(
        (picture != null || Set.of(Part.TOKENS, Part.BOXES).containsAll(reads))
            && (!reads.contains(Part.TOKENS) || vocabulary > 2 * FIRST_TOKEN),
        model.internals().folder().path().toString(),
        "reads " + reads.stream().map(Part::tensorName).sorted().toList(),
        "give real inputs with --input FILE.jsonl");
    List<Input> inputs = new ArrayList<>();
    for (int row = 0; row < batch; row++) {
      Input input = Input.empty();
      if (reads.contains(Part.TOKENS)) {
        input = input.withTokenIds(tokens(row, sourceLength, vocabulary));
      }
      if (reads.contains(Part.BOXES)) {
        input = with(input, Part.BOXES, boxes(sourceLength, front.pageSide()));
      }
      if (picture != null) {
        int pixels = picture.channels() * picture.height() * picture.width();
        Values values =
            Values.of(pixels(row, pixels), picture.channels(), picture.height(), picture.width());
        input = with(input, Part.PIXELS, values);
      }
      inputs.add(input);
    }
    return inputs;
  }

  /** What takes a picture of one size; null where nothing does. */
  private static @Nullable PictureFront picture(EncoderFront front) {
    return switch (front) {
      case PictureFront picture -> picture;
      case LayoutAwareFront layout when layout.vision() != null -> picture(layout.vision().front());
      default -> null;
    };
  }

  private static Input with(Input input, Part part, Values values) {
    return input.withTensor(part.tensorName(), values.numbers(), values.shape());
  }

  private static int[] tokens(int row, int length, int vocabulary) {
    int kinds = Math.max(1, vocabulary - SPECIAL_TOKENS);
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = (int) ((hash((long) row * length + i) >> SHIFT) % kinds) + FIRST_TOKEN;
    }
    return ids;
  }

  private static float[] pixels(int row, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (hash((long) row * count + i) / 0x1p31 - 1);
    }
    return values;
  }

  /** Words in lines of ten, from the top of a page to its foot. */
  private static Values boxes(int count, int side) {
    int perLine = 10;
    int lines = (count + perLine - 1) / perLine;
    float[] numbers = new float[4 * count];
    for (int i = 0; i < count; i++) {
      float left = i % perLine;
      float top = i / perLine;
      numbers[4 * i] = left / perLine;
      numbers[4 * i + 1] = top / lines;
      numbers[4 * i + 2] = (left + 0.9f) / perLine;
      numbers[4 * i + 3] = (top + 0.9f) / lines;
    }
    for (int i = 0; side > 1 && i < numbers.length; i++) {
      numbers[i] = (int) (numbers[i] * side);
    }
    return Values.of(numbers, count, 4);
  }

  private static long hash(long index) {
    return index * FACTOR + SUMMAND & 0xffff_ffffL;
  }
}
