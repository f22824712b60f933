package dev.deed.server.serving;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.files.ErrorLine;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.InputParts;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Answers a made-up input again and again, so that the JVM has loaded and compiled what the first
 * request needs. It has an engine of its own, whose work no metric counts and which keeps nothing.
 *
 * @param end when it may take no longer, of {@link System#nanoTime}
 */
record ModelWarmUp(Engine engine, long end) {
  /** By then a small model's answers get no faster. */
  private static final int ROUNDS = 40;

  private static final int NEW_TOKENS = 16;
  private static final Duration LOOK = Duration.ofMillis(50);

  /**
   * Warms a model up. Where that fails, one line says why.
   *
   * @param most how long it may take; zero: it does nothing
   * @throws CancellationException when the thread is interrupted; it stays so
   */
  static void of(EncoderDecoderModel model, Duration most, Consumer<String> log) {
    if (most.isZero()) {
      return;
    }
    EngineOptions options = EngineOptions.defaults().withKnee(1).withEncodedBytes(0);
    try (Engine engine = model.engine(options)) {
      new ModelWarmUp(engine, System.nanoTime() + most.toNanos()).run();
    } catch (TimeoutException e) {
      // As long as it may take: warm enough.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while a model was warmed up");
    } catch (RuntimeException | LinkageError e) {
      Throwable cause = e instanceof CompletionException ? e.getCause() : null;
      log.accept("is not warmed up: " + ErrorLine.of(cause == null ? e : cause));
    }
  }

  private void run() throws InterruptedException, TimeoutException {
    List<Request> requests = requests();
    List<Request> batch = new ArrayList<>(requests);
    batch.addAll(requests);
    for (int round = 0; round < ROUNDS; round++) {
      for (Request request : requests) {
        answer(List.of(request));
      }
      answer(batch);
    }
  }

  /** The same question with all exits that requests are likely to ask for. */
  private List<Request> requests() throws InterruptedException, TimeoutException {
    Input input = readable();
    Set<ExitSettings> exits = new LinkedHashSet<>();
    exits.add(engine.model().ownExits());
    exits.add(ExitSettings.full());
    if (exits.size() == 1 && engine.model().exitLayers().size() > 1) {
      exits.add(ExitSettings.maxProbability(ExitSettings.DEFAULT_THRESHOLD));
    }
    return exits.stream().map(settings -> request(input, settings)).toList();
  }

  private static Request request(Input input, ExitSettings exits) {
    return new Request(
        input,
        GenerationOptions.defaults()
            .withMaxNewTokens(NEW_TOKENS)
            .withMinNewTokens(NEW_TOKENS)
            .withExits(exits));
  }

  /**
   * The first input that the model can read.
   *
   * @throws InputException when there is none: what is wrong with the first
   */
  private Input readable() throws InterruptedException, TimeoutException {
    InputException first = null;
    for (Input input : MadeUpInput.of(engine.model())) {
      try {
        answer(List.of(request(input, ExitSettings.full())));
        return input;
      } catch (InputException e) {
        first = first == null ? e : first;
      }
    }
    throw Objects.requireNonNull(first);
  }

  /**
   * Follows requests to the ends of their answers, as the server does.
   *
   * @throws TimeoutException when it may take no longer
   */
  private void answer(List<Request> requests) throws InterruptedException, TimeoutException {
    List<Ticket> tickets = requests.stream().map(engine::submit).toList();
    for (Ticket ticket : tickets) {
      while (!(ticket.next(LOOK) instanceof Ticket.Event.Ended)) {
        if (System.nanoTime() - end > 0) {
          throw new TimeoutException();
        }
      }
      ticket.await();
    }
  }

  /** Inputs that suit a model. */
  private static final class MadeUpInput {
    private static final String WORDS = "what is on this page ? 1 2 3 4 5 6 7 8 9 10";
    private static final int WIDTH = 448;
    private static final int HEIGHT = 256;

    /** Side of what is drawn, and the height of a word, in pixels. */
    private static final int SQUARE = 16;

    /** Samples, and waves of the sound, a second. */
    private static final int RATE = 16_000;

    private static final int PITCH = 440;

    private MadeUpInput() {}

    /**
     * What to ask with: all that a model may read, then what it must, if its folder allows less.
     */
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
      int vocabulary = model.internals().spec().encoder().front().vocabulary();
      int tokens = vocabulary > 0 ? vocabulary : model.internals().spec().decoder().vocabulary();
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
}
