package dev.deed;

import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.processing.page.OcrEntry;
import dev.deed.processing.page.OcrPage;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One input of a model: a text, a picture, words with their boxes, or raw encoder inputs, and what
 * the decoder begins with. Immutable; arrays are not copied and must not change while in use.
 * Pictures are PNG, JPEG, TIFF, WebP, GIF or BMP; they are decoded when a model reads them.
 */
public final class Input {
  private static final Input EMPTY = new Input(new Draft());

  private final @Nullable String text;
  private final @Nullable PictureSource image;
  private final @Nullable OcrPage page;
  private final int @Nullable [] tokenIds;
  private final Map<Part, Values> tensors;
  private final @Nullable String decoderPrompt;
  private final int @Nullable [] decoderPrefix;
  private final @Nullable String sourceLanguage;
  private final @Nullable String targetLanguage;

  private Input(Draft draft) {
    this.text = draft.text;
    this.image = draft.image;
    this.page = draft.page;
    this.tokenIds = draft.tokenIds;
    this.tensors = Map.copyOf(draft.tensors);
    this.decoderPrompt = draft.decoderPrompt;
    this.decoderPrefix = draft.decoderPrefix;
    this.sourceLanguage = draft.sourceLanguage;
    this.targetLanguage = draft.targetLanguage;
  }

  /** Gives a picture when it is asked for. */
  @FunctionalInterface
  interface PictureSource {
    /**
     * @throws InputException when it cannot be read
     */
    Picture read();
  }

  /** Nothing yet: what the {@code with} methods begin with. */
  public static Input empty() {
    return EMPTY;
  }

  /** A text for the encoder, which the model's own tokenizer reads. */
  public static Input ofText(String text) {
    return EMPTY.withText(Objects.requireNonNull(text, "text"));
  }

  /** A picture file. */
  public static Input ofImage(Path file) {
    return EMPTY.withImage(Objects.requireNonNull(file, "file"));
  }

  /** The bytes of a picture file. */
  public static Input ofImage(byte[] encoded) {
    return EMPTY.withImage(encoded);
  }

  /** A picture that is decoded already; alpha is dropped. */
  public static Input ofImage(BufferedImage picture) {
    return EMPTY.withImage(picture);
  }

  /**
   * A picture file that is read here to its end; the stream stays open.
   *
   * @throws IOException what the stream throws
   * @throws InputException when it holds more bytes than a picture may
   */
  public static Input ofImage(InputStream stream) throws IOException {
    return EMPTY.withImage(new PictureReader().bytes(Objects.requireNonNull(stream, "stream")));
  }

  /** Encoder input as it is, without an added end token. */
  public static Input ofTokenIds(int... ids) {
    return EMPTY.withTokenIds(Objects.requireNonNull(ids, "ids"));
  }

  /** The same input with a text for the encoder; null: none. */
  public Input withText(@Nullable String other) {
    return with(draft -> draft.text = other);
  }

  /** The same input with a picture file; null: none. */
  public Input withImage(@Nullable Path file) {
    return withPicture(file == null ? null : () -> new PictureReader().read(file));
  }

  /** The same input with the bytes of a picture file. */
  public Input withImage(byte[] encoded) {
    Objects.requireNonNull(encoded, "encoded");
    return withPicture(() -> new PictureReader().decode("picture", encoded));
  }

  /** The same input with a decoded picture; alpha is dropped. */
  public Input withImage(BufferedImage picture) {
    Objects.requireNonNull(picture, "picture");
    return withPicture(() -> Picture.of(picture));
  }

  private Input withPicture(@Nullable PictureSource other) {
    return with(draft -> draft.image = other);
  }

  /**
   * The same input with the words of a page, for models that read layout.
   *
   * @param words in reading order; a line's box is shared out among its characters
   * @param width of the page in pixels, from 1
   * @param height of the page in pixels, from 1
   * @throws InputException when a size is below 1
   */
  public Input withWords(List<OcrWord> words, int width, int height) {
    requireElements("words", words);
    InputException.check(
        width >= 1 && height >= 1,
        "page of " + width + "×" + height + " pixels",
        "has no room for words",
        "give its width and height");
    List<OcrEntry> entries =
        words.stream()
            .map(word -> new OcrEntry(word.text(), word.x0(), word.y0(), word.x1(), word.y1()))
            .toList();
    return with(draft -> draft.page = new OcrPage(entries, width, height));
  }

  /** The same input with token ids for the encoder; null: none. */
  public Input withTokenIds(int @Nullable [] ids) {
    return with(draft -> draft.tokenIds = ids);
  }

  /**
   * The same input with one more raw encoder input, such as a normalised picture.
   *
   * @param name as Transformers calls it: {@code pixel_values} [channels, height, width], {@code
   *     flattened_patches} [patches, 2 + values], {@code bbox} [tokens, 4], {@code input_features}
   *     [bins, frames]
   * @param numbers row-major, as many as the shape says
   * @param shape its sizes
   * @throws InputException when there is no such encoder input, or the shape does not fit
   */
  public Input withTensor(String name, float[] numbers, List<Integer> shape) {
    Objects.requireNonNull(numbers, "numbers");
    requireElements("shape", shape);
    Part part = Part.named(Objects.requireNonNull(name, "name"));
    InputException.check(
        part != null && part != Part.TOKENS,
        "tensors: " + name,
        "is unknown",
        "give one of pixel_values, flattened_patches, bbox and input_features");
    Values values;
    try {
      values = new Values(numbers, shape);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InputException(
          "tensors: " + name,
          "holds " + numbers.length + " numbers for the shape " + shape,
          "give as many as the shape says");
    }
    Map<Part, Values> more = new EnumMap<>(Part.class);
    more.putAll(tensors);
    more.put(part, values);
    return with(draft -> draft.tensors = more);
  }

  /** The numbers of a raw encoder input; null when it has none of that name. Not a copy. */
  public float @Nullable [] tensor(String name) {
    Part part = Part.named(name);
    Values values = part == null ? null : tensors.get(part);
    return values == null ? null : values.numbers();
  }

  /** The same input with a text that the decoder begins with, behind the model's own start. */
  public Input withDecoderPrompt(@Nullable String prompt) {
    return with(draft -> draft.decoderPrompt = prompt);
  }

  /** The same input with the whole forced decoder prefix, in place of the model's own start. */
  public Input withDecoderPrefix(int @Nullable [] prefix) {
    return with(draft -> draft.decoderPrefix = prefix);
  }

  /**
   * The same input from one language to another, by the codes that the tokenizer knows; null leaves
   * it to the model's folder.
   */
  public Input withLanguages(@Nullable String source, @Nullable String target) {
    return with(
        draft -> {
          draft.sourceLanguage = source;
          draft.targetLanguage = target;
        });
  }

  /**
   * @throws NullPointerException that names the list, or the place of its first null
   */
  static void requireElements(String name, List<?> list) {
    int place = 0;
    for (Object element : Objects.requireNonNull(list, name)) {
      Objects.requireNonNull(element, name + "[" + place++ + "]");
    }
  }

  private Input with(Consumer<Draft> change) {
    Draft draft = new Draft();
    draft.text = text;
    draft.image = image;
    draft.page = page;
    draft.tokenIds = tokenIds;
    draft.tensors = tensors;
    draft.decoderPrompt = decoderPrompt;
    draft.decoderPrefix = decoderPrefix;
    draft.sourceLanguage = sourceLanguage;
    draft.targetLanguage = targetLanguage;
    change.accept(draft);
    return new Input(draft);
  }

  /** An input in the making. */
  private static final class Draft {
    @Nullable String text;
    @Nullable PictureSource image;
    @Nullable OcrPage page;
    int @Nullable [] tokenIds;
    Map<Part, Values> tensors = Map.of();
    @Nullable String decoderPrompt;
    int @Nullable [] decoderPrefix;
    @Nullable String sourceLanguage;
    @Nullable String targetLanguage;
  }

  @Nullable String text() {
    return text;
  }

  @Nullable PictureSource image() {
    return image;
  }

  @Nullable OcrPage page() {
    return page;
  }

  int @Nullable [] tokenIds() {
    return tokenIds;
  }

  Map<Part, Values> tensors() {
    return tensors;
  }

  @Nullable String decoderPrompt() {
    return decoderPrompt;
  }

  /** The forced decoder prefix; null: the model's own start. */
  public int @Nullable [] decoderPrefix() {
    return decoderPrefix;
  }

  @Nullable String sourceLanguage() {
    return sourceLanguage;
  }

  @Nullable String targetLanguage() {
    return targetLanguage;
  }

  /**
   * The same input without the padding that an attention mask marks.
   *
   * @param mask 1 for each token or patch that counts, then 0 for padding
   * @throws InputException when the mask does not fit, or a 0 stands before a 1
   */
  public Input withoutPadding(int[] mask) {
    int visible = 0;
    while (visible < mask.length && mask[visible] == 1) {
      visible++;
    }
    for (int i = visible; i < mask.length; i++) {
      if (mask[i] != 0) {
        throw new InputException(
            "attention_mask", "is not ones and then zeros", "pad on the right only");
      }
    }
    Map<Part, Values> cut = new EnumMap<>(Part.class);
    for (Map.Entry<Part, Values> entry : tensors.entrySet()) {
      boolean rowPerToken = entry.getKey() == Part.BOXES;
      cut.put(
          entry.getKey(), rowPerToken ? rows(entry.getValue(), visible, mask) : entry.getValue());
    }
    Values patches = tensors.get(Part.PATCHES);
    if (patches != null) {
      requirePadding(patches, visible, mask);
    }
    int[] ids = tokenIds;
    if (ids != null) {
      requireLength(ids.length, mask);
      ids = Arrays.copyOf(ids, visible);
    }
    int[] kept = ids;
    return with(
        draft -> {
          draft.tokenIds = kept;
          draft.tensors = cut;
        });
  }

  private static Values rows(Values values, int count, int[] mask) {
    int rows = values.shape().isEmpty() ? 0 : values.shape().getFirst();
    requireLength(rows, mask);
    List<Integer> shape = new ArrayList<>(values.shape());
    shape.set(0, count);
    int width = rows == 0 ? 0 : values.numbers().length / rows;
    return new Values(Arrays.copyOf(values.numbers(), count * width), shape);
  }

  /** Padded patches tell themselves by row 0: the mask must agree. */
  private static void requirePadding(Values patches, int visible, int[] mask) {
    int rows = patches.shape().isEmpty() ? 0 : patches.shape().getFirst();
    requireLength(rows, mask);
    for (int row = 0; row < rows; row++) {
      boolean padding = patches.numbers()[row * (patches.numbers().length / rows)] == 0;
      if (padding != row >= visible) {
        throw new InputException(
            "attention_mask",
            "disagrees with flattened_patches in row " + row,
            "mask exactly the patches whose row number is 0");
      }
    }
  }

  private static void requireLength(int rows, int[] mask) {
    if (rows != mask.length) {
      throw new InputException(
          "attention_mask", "has " + mask.length + " entries for " + rows, "give one for each");
    }
  }
}
