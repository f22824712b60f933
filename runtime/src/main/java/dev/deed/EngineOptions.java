package dev.deed;

import dev.deed.value.EngineListener;
import dev.deed.value.InputException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an engine may use. Immutable: each method that changes something returns new options.
 *
 * <p>The defaults suit a model that serves interactive clients.
 */
public final class EngineOptions {
  /** Largest {@link #withMaxRows(int)}. */
  public static final int MOST_ROWS = 1024;

  /** Largest {@link #withMaxWaiting(int)}. */
  public static final int MOST_WAITING = 1 << 20;

  /** Largest {@link #withMaxNewTokens(int)}. */
  public static final int MOST_NEW_TOKENS = 1 << 20;

  /** Largest {@link #withMaxPromptTokens(int)}. */
  public static final int MOST_PROMPT_TOKENS = 1 << 20;

  private static final EngineListener SILENT = new EngineListener() {};

  private static final EngineOptions DEFAULTS = new EngineOptions(new Values());

  /** Changed no more. */
  private final Values values;

  private EngineOptions(Values values) {
    this.values = values;
  }

  /** The options; at first the defaults. Who is given them changes nothing. */
  static final class Values {
    int maxRows = 16;
    int maxWaiting = 128;
    long memory = Runtime.getRuntime().maxMemory() / 2;
    int maxPromptTokens = 4096;
    int maxNewTokens = 4096;
    Duration maxPause = Duration.ofMillis(50);
    @Nullable Integer knee;
    @Nullable Integer teams;
    long encodedBytes = 64L << 20;
    EngineListener listener = SILENT;

    Values() {}

    Values(Values other) {
      this.maxRows = other.maxRows;
      this.maxWaiting = other.maxWaiting;
      this.memory = other.memory;
      this.maxPromptTokens = other.maxPromptTokens;
      this.maxNewTokens = other.maxNewTokens;
      this.maxPause = other.maxPause;
      this.knee = other.knee;
      this.teams = other.teams;
      this.encodedBytes = other.encodedBytes;
      this.listener = other.listener;
    }
  }

  private EngineOptions with(Consumer<Values> change) {
    Values changed = new Values(values);
    change.accept(changed);
    return new EngineOptions(changed);
  }

  /** {@return the default options} */
  public static EngineOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Bounds the sequences that are decoded at a time. A request takes a row for each beam or drawn
   * sequence.
   *
   * @param rows 1…{@value #MOST_ROWS}; default: 16
   * @return the same options with this bound
   * @throws InputException when it is out of range
   */
  public EngineOptions withMaxRows(int rows) {
    requireIn("rows of an engine", rows, 1, MOST_ROWS);
    return with(changed -> changed.maxRows = rows);
  }

  /** {@return what {@link #withMaxRows(int)} set} */
  public int maxRows() {
    return values.maxRows;
  }

  /**
   * Bounds the requests that wait for rows or memory. Those beyond are refused at once.
   *
   * @param requests 0…{@value #MOST_WAITING}; default: 128
   * @return the same options with this bound
   * @throws InputException when it is out of range
   */
  public EngineOptions withMaxWaiting(int requests) {
    requireIn("waiting requests of an engine", requests, 0, MOST_WAITING);
    return with(changed -> changed.maxWaiting = requests);
  }

  /**
   * Bounds the memory of requests that run: keys and values, rows that wait for deeper layers,
   * encoder outputs. It is computed for each request, at its greatest length, before anything of it
   * is read.
   *
   * @param bytes 1 or more; default: half of the heap's bound
   * @return the same options with this bound
   * @throws InputException when it is below 1
   */
  public EngineOptions withMemory(long bytes) {
    requireIn("memory of an engine", bytes, 1, Long.MAX_VALUE);
    return with(changed -> changed.memory = bytes);
  }

  /**
   * Bounds the tokens of each request's text, the rows of a picture among them (Florence-2, T5Gemma
   * 2) included, and those of its decoder prefix: many models take texts of any length, and the
   * time of an encoder grows with its square. A longer request is refused, one of more than 32
   * characters a token before it is tokenized.
   *
   * @param tokens 1…{@value #MOST_PROMPT_TOKENS}; default: 4096
   * @return the same options with this bound
   * @throws InputException when it is out of range
   */
  public EngineOptions withMaxPromptTokens(int tokens) {
    requireIn("prompt tokens of an engine", tokens, 1, MOST_PROMPT_TOKENS);
    return with(changed -> changed.maxPromptTokens = tokens);
  }

  /**
   * Bounds the length of each answer. A request that asks for more is refused; one that does not
   * say gets the folder's length, or this one if it is shorter.
   *
   * @param tokens 1…{@value #MOST_NEW_TOKENS}; default: 4096
   * @return the same options with this bound
   * @throws InputException when it is out of range
   */
  public EngineOptions withMaxNewTokens(int tokens) {
    requireIn("new tokens of an engine", tokens, 1, MOST_NEW_TOKENS);
    return with(changed -> changed.maxNewTokens = tokens);
  }

  /**
   * Bounds how long running answers pause while inputs of others are encoded. The encoder works in
   * pieces: a layer, of a long input a block of its rows. A picture is made into patches in one.
   *
   * @param pause not negative; default: 50 ms
   * @return the same options with this bound
   * @throws InputException when it is negative
   */
  public EngineOptions withMaxPause(Duration pause) {
    InputException.require(
        !Objects.requireNonNull(pause, "pause").isNegative(),
        "pause of an engine",
        "is " + pause,
        "give a time that is not negative");
    return with(changed -> changed.maxPause = pause);
  }

  /**
   * Says from how many rows on decoding comes before encoding: more rows hardly raise the rate of
   * tokens then.
   *
   * @param rows 1 or more; null, the default: measured when the engine starts, in a second or so
   * @return the same options with this number
   * @throws InputException when it is below 1
   */
  public EngineOptions withKnee(@Nullable Integer rows) {
    if (rows != null) {
      requireIn("knee of an engine", rows, 1, Integer.MAX_VALUE);
    }
    return with(changed -> changed.knee = rows);
  }

  /**
   * Says how many teams share the model's threads. Each team decodes a batch of its own, with the
   * same weights, and encodes; answers do not depend on it. More teams suit narrow models, whose
   * steps are too short for many threads; fewer suit inputs that take one team long to encode.
   *
   * @param count 1 up to the model's threads; null, the default: one team of up to 7 threads, two
   *     of up to 31, four of more
   * @return the same options with this number; {@link EncoderDecoderModel#engine} throws an {@link
   *     InputException} when the model has fewer threads
   * @throws InputException when it is below 1
   */
  public EngineOptions withTeams(@Nullable Integer count) {
    if (count != null) {
      requireIn("teams of an engine", count, 1, Integer.MAX_VALUE);
    }
    return with(changed -> changed.teams = count);
  }

  /**
   * Bounds the encoder outputs that the engine keeps. An input that comes again, with other
   * settings or another decoder prompt, is then not encoded again.
   *
   * @param bytes 0 or more; default: 64 MiB; 0: none are kept
   * @return the same options with this bound
   * @throws InputException when it is negative
   */
  public EngineOptions withEncodedBytes(long bytes) {
    requireIn("kept encoder outputs of an engine", bytes, 0, Long.MAX_VALUE);
    return with(changed -> changed.encodedBytes = bytes);
  }

  /**
   * Sets what is called when the engine has done something.
   *
   * @param other for measurements; called on the engine's threads
   * @return the same options with this listener
   */
  public EngineOptions withListener(EngineListener other) {
    Objects.requireNonNull(other, "listener");
    return with(changed -> changed.listener = other);
  }

  Values values() {
    return values;
  }

  private static void requireIn(String what, long value, long least, long most) {
    InputException.require(
        value >= least && value <= most,
        what,
        "are " + value + ", not within " + least + ".." + most,
        "give another number");
  }
}
