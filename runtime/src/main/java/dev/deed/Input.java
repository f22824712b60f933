package dev.deed;

import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.processing.page.OcrPage;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One input of a model: a text, a picture, words with their boxes, or raw encoder inputs, and what
 * the decoder begins with. Immutable: each {@code with} method returns a new input. Arrays and
 * decoded pictures are not copied and must not change while in use.
 *
 * <p>Picture files are PNG, JPEG, TIFF (first page), WebP, GIF (first frame) or BMP, of at most 64
 * MiB and 50 million pixels, in a heap below 800 MB fewer. A model decodes them when it reads the
 * input, and reports then what is wrong with them. It takes what it can read and passes other
 * texts, pictures and pages by, so that one input can serve several models; a tensor that it does
 * not read is an error. Where several parts say the same, a tensor goes before a picture, and token
 * ids before text and words.
 */
public final class Input {
  private static final Input EMPTY = new Input(new Parts());

  /** Changed no more. */
  private final Parts parts;

  private Input(Parts parts) {
    this.parts = parts;
  }

  /** {@return an input without anything, to which the {@code with} methods add} */
  public static Input empty() {
    return EMPTY;
  }

  /**
   * {@return an input that is a text for the encoder}
   *
   * @param text what the model's own tokenizer reads
   */
  public static Input ofText(String text) {
    return EMPTY.withText(Objects.requireNonNull(text, "text"));
  }

  /**
   * {@return an input that is a picture file}
   *
   * @param file a regular file, read whenever a model reads the input
   */
  public static Input ofImage(Path file) {
    return EMPTY.withImage(Objects.requireNonNull(file, "file"));
  }

  /**
   * {@return an input that is a picture file in memory}
   *
   * @param encoded the bytes of the file; not copied
   */
  public static Input ofImage(byte[] encoded) {
    return EMPTY.withImage(encoded);
  }

  /**
   * {@return an input that is a decoded picture}
   *
   * @param picture its alpha is dropped; not copied
   */
  public static Input ofImage(BufferedImage picture) {
    return EMPTY.withImage(picture);
  }

  /**
   * {@return an input that is a picture file, read from a stream}
   *
   * @param stream the bytes of the file; read to its end here and left open
   * @throws IOException when the stream throws it
   * @throws InputException when it holds more bytes than a picture file may
   */
  public static Input ofImage(InputStream stream) throws IOException {
    Objects.requireNonNull(stream, "stream");
    return EMPTY.withImage(new PictureReader().bytes(stream));
  }

  /**
   * {@return an input that is a list of token ids for the encoder}
   *
   * @param ids taken as they are, without an added end token; not copied
   */
  public static Input ofTokenIds(int... ids) {
    return EMPTY.withTokenIds(Objects.requireNonNull(ids, "ids"));
  }

  /**
   * {@return the same input with another text for the encoder}
   *
   * @param other what the model's own tokenizer reads; null: no text
   */
  public Input withText(@Nullable String other) {
    return with(changed -> changed.text = other);
  }

  /**
   * {@return the same input with another picture}
   *
   * @param file a regular file, read whenever a model reads the input; null: no picture
   */
  public Input withImage(@Nullable Path file) {
    return withPicture(file == null ? null : reader -> reader.read(file));
  }

  /**
   * {@return the same input with another picture}
   *
   * @param encoded the bytes of a picture file; not copied
   */
  public Input withImage(byte[] encoded) {
    Objects.requireNonNull(encoded, "encoded");
    return withPicture(reader -> reader.decode("picture", encoded));
  }

  /**
   * {@return the same input with another picture}
   *
   * @param picture a decoded picture, whose alpha is dropped; not copied
   */
  public Input withImage(BufferedImage picture) {
    Objects.requireNonNull(picture, "picture");
    return withPicture(reader -> reader.copy(picture));
  }

  private Input withPicture(@Nullable Function<PictureReader, Picture> other) {
    return with(changed -> changed.image = other);
  }

  /**
   * {@return the same input with the words of a page, for models that read layout}
   *
   * @param words words or lines in reading order; the box of a line is shared out along x among its
   *     characters
   * @param width width of the page in pixels, 1 or more
   * @param height height of the page in pixels, 1 or more
   * @throws InputException when a size is below 1
   */
  public Input withWords(List<OcrWord> words, int width, int height) {
    requireElements("words", words);
    InputException.require(
        width >= 1 && height >= 1,
        "page of " + width + "×" + height + " pixels",
        "has no room for words",
        "give its width and height");
    return with(changed -> changed.page = new OcrPage(words, width, height));
  }

  /**
   * {@return the same input with other token ids for the encoder}
   *
   * @param ids taken as they are, without an added end token; not copied; null: no ids
   */
  public Input withTokenIds(int @Nullable [] ids) {
    return with(changed -> changed.tokenIds = ids);
  }

  /**
   * {@return the same input with one more raw encoder input, such as a normalised picture} It takes
   * the place of one of the same name.
   *
   * @param name as Transformers calls it: {@code pixel_values} [channels, height, width], {@code
   *     flattened_patches} [patches, 2 + values], {@code bbox} [tokens, 4], {@code input_features}
   *     [bins, frames]; a first size of 1 more is a batch of one
   * @param numbers row-major, as many as the shape says; not copied
   * @param shape its sizes
   * @throws InputException when there is no such encoder input, or the shape does not fit
   */
  public Input withTensor(String name, float[] numbers, List<Integer> shape) {
    Objects.requireNonNull(numbers, "numbers");
    requireElements("shape", shape);
    Part part = Part.named(Objects.requireNonNull(name, "name"));
    InputException.require(
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
    more.putAll(parts.tensors);
    more.put(part, values);
    return with(changed -> changed.tensors = Map.copyOf(more));
  }

  /**
   * {@return the numbers of a raw encoder input, row-major; null when it has none of that name} The
   * array is no copy.
   *
   * @param name as {@link #withTensor} takes it
   */
  public float @Nullable [] tensor(String name) {
    Part part = Part.named(name);
    Values values = part == null ? null : parts.tensors.get(part);
    return values == null ? null : values.numbers();
  }

  /**
   * {@return the same input with a text that the decoder begins with} The text stands behind the
   * model's own start token; with Donut and Whisper it takes the place of that token.
   *
   * @param prompt what the model's own tokenizer reads, without special tokens around it; null: no
   *     text
   */
  public Input withDecoderPrompt(@Nullable String prompt) {
    return withDecoder(changed -> changed.decoderPrompt = prompt);
  }

  /**
   * {@return the same input with all token ids that the decoder begins with} They take the place of
   * the model's own start and of a decoder prompt.
   *
   * @param prefix ids of the decoder's vocabulary, at least one and at most as many as the decoder
   *     has positions; not copied; null: the model's own start
   */
  public Input withDecoderPrefix(int @Nullable [] prefix) {
    return withDecoder(changed -> changed.decoderPrefix = prefix);
  }

  /**
   * {@return the same input from one language to another} The codes are those that the model's
   * tokenizer knows, such as {@code de_DE}, {@code deu_Latn} or {@code de}.
   *
   * @param source language of the text; null: the one that the model's folder states
   * @param target language of the answer; null: the one that the model's folder states
   */
  public Input withLanguages(@Nullable String source, @Nullable String target) {
    return with(
        changed -> {
          changed.sourceLanguage = source;
          changed.targetLanguage = target;
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

  /** What the encoder reads is another, so it has not been encoded. */
  private Input with(Consumer<Parts> change) {
    return withDecoder(
        changed -> {
          changed.encoded = null;
          change.accept(changed);
        });
  }

  private Input withDecoder(Consumer<Parts> change) {
    Parts changed = new Parts(parts);
    change.accept(changed);
    return new Input(changed);
  }

  /** What an input is made of. */
  private static final class Parts {
    @Nullable String text;
    @Nullable Function<PictureReader, Picture> image;
    @Nullable OcrPage page;
    int @Nullable [] tokenIds;
    Map<Part, Values> tensors = Map.of();
    @Nullable String decoderPrompt;
    int @Nullable [] decoderPrefix;
    @Nullable String sourceLanguage;
    @Nullable String targetLanguage;
    @Nullable Encoded encoded;

    Parts() {}

    Parts(Parts other) {
      this.text = other.text;
      this.image = other.image;
      this.page = other.page;
      this.tokenIds = other.tokenIds;
      this.tensors = other.tensors;
      this.decoderPrompt = other.decoderPrompt;
      this.decoderPrefix = other.decoderPrefix;
      this.sourceLanguage = other.sourceLanguage;
      this.targetLanguage = other.targetLanguage;
      this.encoded = other.encoded;
    }
  }

  /**
   * What a model's encoder read and made of an input.
   *
   * @param encoder of that model
   */
  record Encoded(Encoder encoder, EncoderInput read, EncoderOutput output) {}

  /** The same input with what an encoder made of it. */
  Input encoded(Encoded result) {
    return withDecoder(changed -> changed.encoded = result);
  }

  /** What this encoder made of it; null where it has not read it. */
  @Nullable Encoded encoded(Encoder encoder) {
    Encoded known = parts.encoded;
    return known == null || known.encoder != encoder ? null : known;
  }

  @Nullable String text() {
    return parts.text;
  }

  /** Gives the picture to a reader that says how large it may be; null: there is none. */
  @Nullable Function<PictureReader, Picture> image() {
    return parts.image;
  }

  @Nullable OcrPage page() {
    return parts.page;
  }

  int @Nullable [] tokenIds() {
    return parts.tokenIds;
  }

  Map<Part, Values> tensors() {
    return parts.tensors;
  }

  @Nullable String decoderPrompt() {
    return parts.decoderPrompt;
  }

  /**
   * {@return the token ids that the decoder begins with; null: the model's own start} The array is
   * no copy.
   */
  public int @Nullable [] decoderPrefix() {
    return parts.decoderPrefix;
  }

  @Nullable String sourceLanguage() {
    return parts.sourceLanguage;
  }

  @Nullable String targetLanguage() {
    return parts.targetLanguage;
  }

  /**
   * {@return the same input without the padding that an attention mask marks}
   *
   * @param mask 1 for each token or patch that counts, then 0 for padding
   * @throws InputException when the mask does not fit, or a 0 stands before a 1
   */
  public Input withoutPadding(int[] mask) {
    PaddingMask padding = PaddingMask.of(mask);
    Map<Part, Values> cut = new EnumMap<>(Part.class);
    parts.tensors.forEach((part, values) -> cut.put(part, padding.cut(part, values)));
    int[] kept = parts.tokenIds == null ? null : padding.cut(parts.tokenIds);
    return with(
        changed -> {
          changed.tokenIds = kept;
          changed.tensors = Map.copyOf(cut);
        });
  }
}
