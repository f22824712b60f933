package dev.deed;

import dev.deed.files.Interruption;
import dev.deed.model.family.ModelDescription.Inputs;
import dev.deed.model.family.ModelDescription.Square;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.front.PicturePlaces;
import dev.deed.model.front.PictureTextFront;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.InputParts;
import dev.deed.processing.page.BoxedTokens;
import dev.deed.processing.page.OcrEncoder;
import dev.deed.processing.page.OcrPage;
import dev.deed.processing.picture.FlattenedPatches;
import dev.deed.processing.picture.ImageProcessor;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureLimits;
import dev.deed.processing.picture.PictureReader;
import dev.deed.processing.picture.PixelValues;
import dev.deed.processing.sound.LogMelProcessor;
import dev.deed.processing.sound.SampleProcessor;
import dev.deed.processing.sound.SoundLimits;
import dev.deed.processing.sound.SoundReader;
import dev.deed.processing.sound.Spectrogram;
import dev.deed.processing.sound.Waveform;
import dev.deed.processing.tokenizer.PicturePrompt;
import dev.deed.processing.tokenizer.TokenLimit;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes what an encoder reads of what a caller gives: tensors as they are, else text, pictures and
 * sound through what the folder says of them. Safe for use from many threads.
 *
 * @param folder what messages call the model
 * @param samples like {@code spectrograms} it reads sound; null where the model reads none such
 * @param inputs what its family says of them
 */
record EncoderInputs(
    String folder,
    EncoderFront front,
    InputParts parts,
    @Nullable Tokenizer tokenizer,
    @Nullable ImageProcessor images,
    @Nullable LogMelProcessor spectrograms,
    @Nullable SampleProcessor samples,
    Inputs inputs) {
  /** Tokens that a tokenizer adds to a text. */
  private static final int TEMPLATE = 8;

  /**
   * What the one who waits for an input allows.
   *
   * @param mostTokens of the text
   * @param pictures how large a picture may be
   * @param sounds how large a sound may be; the model says how long
   * @param interruption looked at now and then
   */
  record Bounds(
      int mostTokens, PictureLimits pictures, SoundLimits sounds, Interruption interruption) {
    /** The thread that waits reads it. */
    static final Bounds UNTIL_INTERRUPTED = usual(Integer.MAX_VALUE, Interruption.OF_THREAD);

    static Bounds usual(int mostTokens, Interruption interruption) {
      return new Bounds(mostTokens, PictureLimits.DEFAULT, SoundLimits.DEFAULT, interruption);
    }

    /** Bounds within which an input takes little time. */
    Bounds quick() {
      return new Bounds(mostTokens, pictures.quick(), sounds.quick(), interruption);
    }
  }

  /** What makes numbers of an input, the tokenizer apart; equal lists make equal numbers. */
  List<Object> readers() {
    return Arrays.asList(parts, images, spectrograms, samples, inputs, front.pageSide());
  }

  /** The text and pictures of a folder's model, for its front. */
  static EncoderInputs of(ModelFolder folder, @Nullable Tokenizer tokenizer) {
    EncoderFront front = folder.spec().encoder().front();
    InputParts parts = InputParts.of(front, folder.config());
    Square square = folder.description().inputs().square();
    return new EncoderInputs(
        folder.path().toString(),
        front,
        parts,
        tokenizer,
        parts.readsPictures() ? images(folder, square) : null,
        parts.contains(Part.SPECTROGRAM) ? LogMelProcessor.find(folder.path()).orElse(null) : null,
        parts.contains(Part.SAMPLES) ? SampleProcessor.find(folder.path()).orElse(null) : null,
        folder.description().inputs());
  }

  private static @Nullable ImageProcessor images(ModelFolder folder, @Nullable Square square) {
    Optional<ImageProcessor> own = ImageProcessor.find(folder.path());
    return own.isPresent() || square == null || square.side() == 0
        ? own.orElse(null)
        : ImageProcessor.square(square.side());
  }

  /**
   * @throws InputException when the text comes to more tokens than the bounds allow, or the input
   *     lacks what the model needs or holds tensors that it does not read
   * @throws java.util.concurrent.CancellationException when nobody wants the result any more
   */
  EncoderInput prepare(Input input, Bounds bounds) {
    refuseUnreadTensors(input);
    refuseBlankText(input);
    Map<Part, Values> values = input.content.tensors();
    picture(input, values, bounds);
    if (!values.containsKey(Part.SPECTROGRAM) && !values.containsKey(Part.SAMPLES)) {
      sound(input, values, bounds);
    }
    int[] ids = parts.contains(Part.TOKENS) ? tokenIds(input, values, bounds) : null;
    EncoderInput prepared = new EncoderInput(ids, values);
    for (Part part : parts.required()) {
      if (!prepared.has(part)) {
        throw missing(part, input);
      }
    }
    return prepared;
  }

  /**
   * Refuses an input whose text cannot come to few enough tokens, before anything of it is read.
   *
   * @param mostTokens that are allowed
   * @param mostPositions that the encoder has
   * @throws dev.deed.value.InputException when it is too long
   */
  void requireShort(Input input, int mostTokens, int mostPositions) {
    int[] ids = input.content.tokenIds;
    if (ids != null) {
      new TokenLimit("input_ids", mostTokens, "shorten them").require(ids.length);
    }
    // One file of inputs may serve several models: a text that this one does not read may be long.
    int most = parts.contains(Part.TOKENS) ? Math.min(mostTokens, mostPositions) : mostTokens;
    promptLimit(most, 0).requireFewCharacters(characters(input));
  }

  /**
   * Tokens that the encoder reads of an input's text and page, and of a picture among them.
   *
   * @throws dev.deed.value.InputException when there are more than allowed
   */
  int countTokens(Input input, int mostTokens) {
    Bounds bounds = Bounds.usual(mostTokens, Interruption.OF_THREAD);
    Map<Part, Values> values = input.content.tensors();
    if (front instanceof PictureTextFront && input.content.tokenIds == null) {
      picture(input, values, bounds);
    }
    int[] ids = parts.contains(Part.TOKENS) ? tokenIds(input, values, bounds) : null;
    return ids == null ? 0 : ids.length;
  }

  private static TokenLimit promptLimit(int mostTokens, int places) {
    String picture = places == 0 ? "" : ": its picture takes " + places;
    return new TokenLimit("prompt", mostTokens, "shorten it" + picture);
  }

  private static long characters(Input input) {
    String text = input.content.text;
    return entries(input).mapToLong(String::length).sum() + (text == null ? 0 : text.length());
  }

  /** Texts of a page, one for each word or line. */
  private static Stream<String> entries(Input input) {
    OcrPage page = input.content.page;
    return page == null ? Stream.empty() : page.entries().stream().map(OcrWord::text);
  }

  /**
   * Tokens of an input, at most: of a text one for each byte, and those that templates and tasks
   * add; of a picture among them the most that one has.
   */
  int mostTokens(Input input) {
    int[] ids = input.content.tokenIds;
    if (ids != null) {
      return ids.length;
    }
    long most = TEMPLATE + bytes(input.content.text) + (inputs.tasks() ? PicturePrompt.TASK : 0);
    if ((input.content.image != null || input.content.tensors.containsKey(Part.PIXELS))
        && front instanceof PictureTextFront(_, _, _, PicturePlaces picture)
        && picture != null) {
      most += TEMPLATE + picture.mediaPositions();
    }
    most += entries(input).mapToLong(entry -> 1 + bytes(entry)).sum();
    return (int) Math.min(most, Integer.MAX_VALUE);
  }

  private static long bytes(@Nullable String text) {
    return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Refuses a picture or sound that the model does not read; a line of a file may hold it all the
   * same.
   */
  void requireRead(Input input) {
    requireRead("image", input.content.image == null || parts.readsPictures());
    requireRead("audio", input.content.audio == null || parts.readsSounds());
  }

  private void requireRead(String field, boolean holds) {
    if (!holds) {
      throw InputException.ofField(
          field, "is nothing that this model reads", "leave it out: it reads " + names());
    }
  }

  /**
   * A tensor is meant for this model's encoder alone, so an unread one is a mistake. Texts,
   * pictures and pages are not: one file of inputs may serve several models, each reading what it
   * can.
   */
  private void refuseUnreadTensors(Input input) {
    for (Part part : input.content.tensors.keySet()) {
      requireRead(part.tensorName(), parts.contains(part));
    }
  }

  private void refuseBlankText(Input input) {
    String text = input.content.text;
    boolean alone = input.content.page == null && input.content.tokenIds == null;
    if (parts.words() && alone && text != null && text.isBlank()) {
      throw InputException.ofField("prompt", "is empty", "give a text: this model reads it");
    }
  }

  private String names() {
    return Stream.of(parts.required(), parts.optional())
        .flatMap(Set::stream)
        .sorted()
        .map(Part::tensorName)
        .collect(Collectors.joining(", "));
  }

  /** The ids that are given, else those of the page or the text; a page adds its boxes. */
  private int @Nullable [] tokenIds(Input input, Map<Part, Values> values, Bounds bounds) {
    if (input.content.tokenIds != null) {
      return input.content.tokenIds;
    }
    // A question that is drawn into the picture is not read a second time.
    String text = images != null && images.drawsPrompt() ? null : input.content.text;
    if (input.content.page != null && parts.contains(Part.BOXES)) {
      BoxedTokens tokens =
          new OcrEncoder(requireTokenizer())
              .encode(
                  text, input.content.page, promptLimit(bounds.mostTokens, 0), bounds.interruption);
      values.put(Part.BOXES, Values.of(tokens.boxes(front.pageSide()), tokens.ids().length, 4));
      return tokens.ids();
    }
    PictureTextFront among = front instanceof PictureTextFront placed ? placed : null;
    int places = among == null ? 0 : among.rows(new EncoderInput(null, values));
    return text == null && places == 0
        ? null
        : new PicturePrompt(
                text, input.content.sourceLanguage, input.content.targetLanguage, places)
            .encode(
                requireTokenizer(),
                inputs.tasks(),
                among == null ? 0 : among.placeholder(),
                promptLimit(bounds.mostTokens, places));
  }

  private Tokenizer requireTokenizer() {
    if (tokenizer == null) {
      throw new InputException(folder, "holds no tokenizer", "give input_ids instead of text");
    }
    return tokenizer;
  }

  private void picture(Input input, Map<Part, Values> values, Bounds bounds) {
    if (input.content.image == null
        || values.containsKey(Part.PIXELS)
        || values.containsKey(Part.PATCHES)
        || !parts.readsPictures()) {
      return;
    }
    if (images == null) {
      Square square = inputs.square();
      throw square == null
          ? new InputException(
              folder,
              "holds no preprocessor_config.json",
              "give the picture as a tensor instead of an image")
          : new InputException(
              folder,
              "does not say to which size its pictures are squeezed",
              "add %s to config.json: the side the checkpoint was trained with, such as %s"
                  .formatted(square.key(), square.examples()));
    }
    Picture picture;
    try {
      picture = input.content.image.apply(new PictureReader(bounds.pictures, bounds.interruption));
    } catch (InputException e) {
      throw e.about("image");
    }
    switch (images.process(picture, input.content.text, bounds.interruption)) {
      case PixelValues pixels ->
          values.put(
              Part.PIXELS,
              Values.of(pixels.values(), pixels.channels(), pixels.height(), pixels.width()));
      case FlattenedPatches patches ->
          values.put(
              Part.PATCHES, Values.of(patches.values(), patches.most(), 2 + patches.length()));
    }
  }

  private void sound(Input input, Map<Part, Values> values, Bounds bounds) {
    if (input.content.audio == null || !parts.readsSounds()) {
      return;
    }
    if (spectrograms != null) {
      float[] read =
          samples(input.content.audio, spectrograms.rate(), spectrograms.seconds(), bounds);
      Spectrogram spectrogram = spectrograms.padded(read, bounds.interruption);
      values.put(Part.SPECTROGRAM, new Values(spectrogram.values(), spectrogram.shape()));
    } else if (samples != null) {
      int most = SampleProcessor.MOST_SECONDS;
      float[] read = samples.of(samples(input.content.audio, samples.rate(), most, bounds));
      values.put(Part.SAMPLES, Values.of(read, read.length));
    } else {
      throw new InputException(
          folder,
          "holds no preprocessor_config.json",
          "give the sound as a tensor instead of audio");
    }
  }

  private static float[] samples(
      Function<SoundReader, Waveform> audio, int rate, int mostSeconds, Bounds bounds) {
    SoundLimits limits = bounds.sounds.withSeconds(mostSeconds);
    try {
      return audio.apply(new SoundReader(rate, limits, bounds.interruption)).samples();
    } catch (InputException e) {
      throw e.about("audio");
    }
  }

  private InputException missing(Part part, Input input) {
    return switch (part) {
      case TOKENS ->
          missing(
              "text",
              "prompt",
              input,
              parts.contains(Part.BOXES)
                  ? "this model reads text and pages: give a prompt, or ocr with width and height"
                  : "this model reads text: give a prompt");
      case PIXELS, PATCHES ->
          missing("picture", "image", input, "this model reads pictures: give an image");
      case BOXES ->
          missing(
              "words with boxes",
              "ocr",
              input,
              "this model reads pages: give ocr with width and height, or the tensor bbox");
      case SPECTROGRAM, SAMPLES ->
          missing("sound", "audio", input, "this model reads sound: give audio");
    };
  }

  private static InputException missing(String what, String field, Input input, String whatToDo) {
    InputContent content = input.content;
    List<String> given = new ArrayList<>();
    given.add(content.text == null ? "" : "a prompt");
    given.add(content.image == null ? "" : "an image");
    given.add(content.audio == null ? "" : "audio");
    given.add(content.page == null ? "" : "ocr");
    given.add(content.tokenIds == null ? "" : "input_ids");
    content.tensors.keySet().forEach(part -> given.add(part.tensorName()));
    given.removeIf(String::isEmpty);
    String instead = given.isEmpty() ? "" : String.join(" and ", given) + " but ";
    return new InputException("input", "has " + instead + "no " + what, whatToDo).about(field);
  }
}
