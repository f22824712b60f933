package dev.deed;

import dev.deed.checkpoint.InputException;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.processing.page.OcrPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One input of a model. Immutable; arrays are not copied and must not change while in use.
 *
 * @param text for the encoder, tokenised by the model's own tokenizer
 * @param image picture file for the encoder
 * @param page recognised words with their boxes, for models that read layout
 * @param tokenIds encoder input as it is, without added end token
 * @param tensors further raw encoder inputs, such as a normalised picture, as they are
 * @param decoderPrompt text forced at the start of the decoder, behind the model's own start token
 * @param decoderPrefix the whole forced decoder prefix in place of the model's own start token
 * @param sourceLanguage code of the text's language, of those the tokenizer knows
 * @param targetLanguage code of the language to generate
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record Input(
    @Nullable String text,
    @Nullable Path image,
    @Nullable OcrPage page,
    int @Nullable [] tokenIds,
    Map<Part, Values> tensors,
    @Nullable String decoderPrompt,
    int @Nullable [] decoderPrefix,
    @Nullable String sourceLanguage,
    @Nullable String targetLanguage) {
  private static final Input EMPTY =
      new Input(null, null, null, null, Map.of(), null, null, null, null);

  /** Written out: of a compact constructor, class files do not tell which parameter may be null. */
  public Input(
      @Nullable String text,
      @Nullable Path image,
      @Nullable OcrPage page,
      int @Nullable [] tokenIds,
      Map<Part, Values> tensors,
      @Nullable String decoderPrompt,
      int @Nullable [] decoderPrefix,
      @Nullable String sourceLanguage,
      @Nullable String targetLanguage) {
    this.text = text;
    this.image = image;
    this.page = page;
    this.tokenIds = tokenIds;
    this.tensors = Map.copyOf(tensors);
    this.decoderPrompt = decoderPrompt;
    this.decoderPrefix = decoderPrefix;
    this.sourceLanguage = sourceLanguage;
    this.targetLanguage = targetLanguage;
  }

  /** Nothing yet: what the {@code with} methods begin with. */
  public static Input empty() {
    return EMPTY;
  }

  public static Input ofText(String text) {
    return EMPTY.withText(text);
  }

  public static Input ofImage(Path image) {
    return EMPTY.withImage(image);
  }

  public static Input ofTokenIds(int... ids) {
    return EMPTY.withTokenIds(ids);
  }

  /**
   * A normalised picture.
   *
   * @param pixels [channels, height, width]
   */
  public static Input ofPixels(float[] pixels, int channels, int height, int width) {
    return EMPTY.withTensors(Map.of(Part.PIXELS, Values.of(pixels, channels, height, width)));
  }

  public Input withText(@Nullable String other) {
    return new Input(
        other,
        image,
        page,
        tokenIds,
        tensors,
        decoderPrompt,
        decoderPrefix,
        sourceLanguage,
        targetLanguage);
  }

  public Input withImage(@Nullable Path other) {
    return new Input(
        text,
        other,
        page,
        tokenIds,
        tensors,
        decoderPrompt,
        decoderPrefix,
        sourceLanguage,
        targetLanguage);
  }

  public Input withPage(@Nullable OcrPage other) {
    return new Input(
        text,
        image,
        other,
        tokenIds,
        tensors,
        decoderPrompt,
        decoderPrefix,
        sourceLanguage,
        targetLanguage);
  }

  public Input withTokenIds(int @Nullable [] ids) {
    return new Input(
        text,
        image,
        page,
        ids,
        tensors,
        decoderPrompt,
        decoderPrefix,
        sourceLanguage,
        targetLanguage);
  }

  public Input withTensors(Map<Part, Values> values) {
    return new Input(
        text,
        image,
        page,
        tokenIds,
        values,
        decoderPrompt,
        decoderPrefix,
        sourceLanguage,
        targetLanguage);
  }

  /** The same input with a text that the decoder begins with. */
  public Input withDecoderPrompt(@Nullable String prompt) {
    return new Input(
        text,
        image,
        page,
        tokenIds,
        tensors,
        prompt,
        decoderPrefix,
        sourceLanguage,
        targetLanguage);
  }

  /** The same input behind a forced decoder prefix. */
  public Input withDecoderPrefix(int @Nullable [] prefix) {
    return new Input(
        text,
        image,
        page,
        tokenIds,
        tensors,
        decoderPrompt,
        prefix,
        sourceLanguage,
        targetLanguage);
  }

  /** The same input from one language to another; null leaves it to the model's folder. */
  public Input withLanguages(@Nullable String source, @Nullable String target) {
    return new Input(
        text, image, page, tokenIds, tensors, decoderPrompt, decoderPrefix, source, target);
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
    return withTokenIds(ids).withTensors(cut);
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
