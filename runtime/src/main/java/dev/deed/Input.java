package dev.deed;

import dev.deed.decode.logits.AnswerState;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.processing.page.OcrPage;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.processing.sound.SoundLimits;
import dev.deed.processing.sound.SoundReader;
import dev.deed.processing.sound.Waveform;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One input of a model: a text, a picture, words with their boxes, a sound, or raw encoder inputs,
 * and what the decoder begins with. Immutable: each {@code with} method returns a new input. Arrays
 * and decoded pictures are not copied and must not change while in use.
 *
 * <p>Picture files are PNG, JPEG, TIFF (first page), WebP, GIF (first frame) or BMP, of at most 64
 * MiB and 50 million pixels, in a heap below 800 MB fewer. Sound files are WAV, AU, or what a
 * program ffmpeg reads, of at most 64 MiB and as many seconds as the model reads at once. A model
 * decodes files when it reads the input, and reports then what is wrong with them. It takes what it
 * can read and passes other texts, pictures, pages and sounds by, so that one input can serve
 * several models; a tensor that it does not read is an error. Where several parts say the same, a
 * tensor goes before a picture or a sound, and token ids before text and words.
 */
public final class Input {
  private static final Input EMPTY = new Input(new InputContent());

  /** Changed no more. */
  final InputContent content;

  private Input(InputContent content) {
    this.content = content;
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

  /**
   * {@return an input that is a sound file}
   *
   * @param file a regular file, read whenever a model reads the input
   */
  public static Input ofAudio(Path file) {
    return EMPTY.withAudio(Objects.requireNonNull(file, "file"));
  }

  /**
   * {@return an input that is a sound file in memory}
   *
   * @param encoded the bytes of the file; not copied
   */
  public static Input ofAudio(byte[] encoded) {
    return EMPTY.withAudio(encoded);
  }

  /**
   * {@return an input that is a sound file, read from a stream}
   *
   * @param stream the bytes of the file; read to its end here and left open
   * @throws IOException when the stream throws it
   * @throws InputException when it holds more bytes than a sound file may
   */
  public static Input ofAudio(InputStream stream) throws IOException {
    Objects.requireNonNull(stream, "stream");
    return EMPTY.withAudio(SoundReader.bytes(stream, SoundLimits.DEFAULT));
  }

  /**
   * {@return an input that is a sound of one channel}
   *
   * @param samples −1 to 1; not copied
   * @param rate samples a second
   */
  public static Input ofAudio(float[] samples, int rate) {
    return EMPTY.withAudio(samples, rate);
  }

  /** An input that is a picture as processors have it; not copied. */
  static Input ofPicture(Picture picture) {
    return EMPTY.withPicture(reader -> reader.requireFits(picture));
  }

  /** The same, refused by models that do not read its picture or sound. */
  Input mustBeRead() {
    return with(changed -> changed.mustBeRead = true);
  }

  private Input withPicture(@Nullable Function<PictureReader, Picture> other) {
    return with(changed -> changed.image = other);
  }

  /**
   * {@return the same input with another sound}
   *
   * @param file a regular file, read whenever a model reads the input; null: no sound
   */
  public Input withAudio(@Nullable Path file) {
    return withSound(file == null ? null : reader -> reader.read(file));
  }

  /**
   * {@return the same input with another sound}
   *
   * @param encoded the bytes of a sound file; not copied
   */
  public Input withAudio(byte[] encoded) {
    Objects.requireNonNull(encoded, "encoded");
    return withSound(reader -> reader.decode("sound", encoded));
  }

  /**
   * {@return the same input with another sound of one channel}
   *
   * @param samples −1 to 1; not copied
   * @param rate samples a second, 4000 to 192000
   */
  public Input withAudio(float[] samples, int rate) {
    Objects.requireNonNull(samples, "samples");
    return withSound(reader -> reader.resample(samples, rate));
  }

  private Input withSound(@Nullable Function<SoundReader, Waveform> other) {
    return with(changed -> changed.audio = other);
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
   *     [bins, frames], {@code input_values} [samples]; a first size of 1 more is a batch of one
   * @param numbers row-major, as many as the shape says; not copied
   * @param shape its sizes
   * @throws InputException when there is no such encoder input, or the shape does not fit
   */
  public Input withTensor(String name, float[] numbers, List<Integer> shape) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(numbers, "numbers");
    requireElements("shape", shape);
    return with(changed -> changed.addTensor(name, numbers, shape));
  }

  /**
   * {@return the numbers of a raw encoder input, row-major; null when it has none of that name} The
   * array is no copy.
   *
   * @param name as {@link #withTensor} takes it
   */
  public float @Nullable [] tensor(String name) {
    Part part = Part.named(name);
    Values values = part == null ? null : content.tensors.get(part);
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
  private Input with(Consumer<InputContent> change) {
    return withDecoder(
        changed -> {
          changed.encoded = null;
          change.accept(changed);
        });
  }

  private Input withDecoder(Consumer<InputContent> change) {
    InputContent changed = new InputContent(content);
    change.accept(changed);
    return new Input(changed);
  }

  /** What a model's encoder read and made of an input. */
  record Encoded(Encoder encoder, EncoderInput read, EncoderOutput output) {}

  /**
   * The same input, which {@linkplain #keep keeps} what an encoder makes of it.
   *
   * @param known what one has made of it; null: nothing yet
   */
  Input keeping(@Nullable Encoded known) {
    return withDecoder(changed -> changed.encoded = new AtomicReference<>(known));
  }

  /** The same input, whose answers are of a language. */
  Input answeredIn(AnswerState start) {
    return withDecoder(changed -> changed.language = start);
  }

  /** Takes what an encoder made of it, if it is to be kept and none is yet. */
  void keep(Encoded result) {
    if (content.encoded != null) {
      content.encoded.compareAndSet(null, result);
    }
  }

  /** What this encoder made of it; null where it has not read it, or that was not kept. */
  @Nullable Encoded encoded(Encoder encoder) {
    Encoded known = content.encoded == null ? null : content.encoded.get();
    return known == null || known.encoder != encoder ? null : known;
  }

  /**
   * {@return the token ids that the decoder begins with; null: the model's own start} The array is
   * no copy.
   */
  public int @Nullable [] decoderPrefix() {
    return content.decoderPrefix;
  }

  /**
   * {@return the same input without the padding that an attention mask marks}
   *
   * @param mask 1 for each token or patch that counts, then 0 for padding
   * @throws InputException when the mask does not fit, or a 0 stands before a 1
   */
  public Input withoutPadding(int[] mask) {
    PaddingMask padding = PaddingMask.of(mask);
    return with(changed -> changed.cut(padding));
  }
}
