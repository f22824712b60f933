package dev.deed.server.serving;

import dev.deed.EncoderDecoderModel;
import dev.deed.Input;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.InputParts;
import dev.deed.value.OcrWord;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Inputs that suit a model. */
final class MadeUpInput {
  private static final String WORDS = "what is on this page ? 1 2 3 4 5 6 7 8 9 10";
  private static final int WIDTH = 448;
  private static final int HEIGHT = 256;

  /** Side of what is drawn, and the height of a word, in pixels. */
  private static final int SQUARE = 16;

  /** Samples, and waves of the sound, a second. */
  private static final int RATE = 16_000;

  private static final int PITCH = 440;

  private MadeUpInput() {}

  /** What to ask with: all that a model may read, then what it must, if its folder allows less. */
  static List<Input> of(EncoderDecoderModel model) {
    InputParts parts = model.internals().inputs();
    Input text = text(model);
    return List.of(of(text, parts::contains), of(text, parts.required()::contains));
  }

  private static Input of(Input text, Predicate<Part> wanted) {
    Input input = text;
    if (wanted.test(Part.PIXELS) || wanted.test(Part.PATCHES)) {
      input = input.withImage(picture());
    }
    if (wanted.test(Part.BOXES)) {
      input = input.withWords(words(), WIDTH, HEIGHT);
    }
    if (wanted.test(Part.SPECTROGRAM) || wanted.test(Part.SAMPLES)) {
      input = input.withAudio(sound(), RATE);
    }
    return input;
  }

  /** A tone of half a second. */
  private static float[] sound() {
    float[] samples = new float[RATE / 2];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) Math.sin(2 * Math.PI * PITCH * i / RATE);
    }
    return samples;
  }

  private static Input text(EncoderDecoderModel model) {
    if (model.internals().tokenizer() != null) {
      return Input.ofText(WORDS);
    }
    int stated = model.internals().spec().encoder().front().vocabulary();
    int tokens = stated > 0 ? stated : model.internals().spec().decoder().vocabulary();
    return Input.ofTokenIds(IntStream.range(0, WORDS.length()).map(i -> i % tokens).toArray());
  }

  private static List<OcrWord> words() {
    List<OcrWord> words = new ArrayList<>();
    for (String word : WORDS.split(" ", -1)) {
      int top = SQUARE * words.size();
      words.add(new OcrWord(word, SQUARE, top, WIDTH - SQUARE, top + SQUARE));
    }
    return words;
  }

  /** Squares of all colours, as a file: requests bring files. */
  private static byte[] picture() {
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        picture.setRGB(x, y, (x / SQUARE * WIDTH + y / SQUARE) * 0x9E3779B1);
      }
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    // Others keep what they write in a file.
    try (MemoryCacheImageOutputStream memory = new MemoryCacheImageOutputStream(file)) {
      ImageIO.write(picture, "png", memory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }
}
