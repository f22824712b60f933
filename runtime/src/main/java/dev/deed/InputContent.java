package dev.deed;

import dev.deed.decode.logits.AnswerState;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.processing.page.OcrPage;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.processing.sound.SoundReader;
import dev.deed.processing.sound.Waveform;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Input} is made of: changed while one is made, then no more. A picture or sound is
 * a function, which gives it to a reader that says how large it may be.
 */
final class InputContent {
  @Nullable String text;
  @Nullable Function<PictureReader, Picture> image;
  @Nullable Function<SoundReader, Waveform> audio;
  @Nullable OcrPage page;
  int @Nullable [] tokenIds;
  Map<Part, Values> tensors = Map.of();
  @Nullable String decoderPrompt;
  int @Nullable [] decoderPrefix;
  @Nullable String sourceLanguage;
  @Nullable String targetLanguage;

  /** What its answers are held to; null: what settings ask for. */
  @Nullable AnswerState language;

  /** Whether a model must read its picture and sound: it is a question, no line of a file. */
  boolean mustBeRead;

  /** What an encoder made of it, where that is kept; inputs that differ in the decoder share it. */
  @Nullable AtomicReference<Input.@Nullable Encoded> encoded;

  InputContent() {}

  InputContent(InputContent other) {
    this.text = other.text;
    this.image = other.image;
    this.audio = other.audio;
    this.page = other.page;
    this.tokenIds = other.tokenIds;
    this.tensors = other.tensors;
    this.decoderPrompt = other.decoderPrompt;
    this.decoderPrefix = other.decoderPrefix;
    this.sourceLanguage = other.sourceLanguage;
    this.targetLanguage = other.targetLanguage;
    this.language = other.language;
    this.mustBeRead = other.mustBeRead;
    this.encoded = other.encoded;
  }

  /**
   * Adds a raw encoder input, or takes it in the place of one of the same name.
   *
   * @throws InputException when there is no such encoder input, or the shape does not fit
   */
  void addTensor(String name, float[] numbers, List<Integer> shape) {
    Part part = Part.named(name);
    if (part == null || part == Part.TOKENS) {
      throw new InputException("tensors: " + name, "is unknown", "give one of " + tensorNames());
    }
    Values values;
    try {
      values = new Values(numbers, shape);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InputException(
          "tensors: " + name,
          "holds " + numbers.length + " numbers for the shape " + shape,
          "give as many as the shape says");
    }
    Map<Part, Values> more = tensors();
    more.put(part, values);
    tensors = Map.copyOf(more);
  }

  /** A copy, for whoever adds to them. */
  Map<Part, Values> tensors() {
    Map<Part, Values> copy = new EnumMap<>(Part.class);
    copy.putAll(tensors);
    return copy;
  }

  private static String tensorNames() {
    return Arrays.stream(Part.values())
        .filter(part -> part != Part.TOKENS)
        .map(Part::tensorName)
        .collect(Collectors.joining(", "));
  }

  /**
   * Takes away the padding of token ids and raw encoder inputs.
   *
   * @throws InputException when it does not fit them
   */
  void cut(PaddingMask padding) {
    tokenIds = tokenIds == null ? null : padding.cut(tokenIds);
    Map<Part, Values> cut = tensors();
    cut.replaceAll(padding::cut);
    tensors = Map.copyOf(cut);
  }
}
