package dev.deed;

import dev.deed.model.Decoder;
import dev.deed.model.TwoStageHead;
import dev.deed.model.family.ModelFolder;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a model is opened. Immutable.
 *
 * @param threads number of threads that work on a generation, the caller's included, 1…{@value
 *     ThreadPool#MOST_THREADS}
 * @param precision how weights are held in memory, whatever they are stored in; null: in int8 where
 *     they are stored so, else in fp32
 * @param screening which look-ups ask an int8 copy of the head first. {@link Screening#ON} is not
 *     for a head that is held in int8, and does not go with tokens
 * @param tokens the only ids that may be emitted, within the vocabulary; end tokens always may be;
 *     null: all may. The head holds the rows of these tokens alone, so that an exit is asked
 *     faster, and probabilities are shares among them. Not with {@link Screening#ON}
 * @param narrowDrafts whether drafts of lossless exits may come from an int8 copy of the decoder,
 *     which is made for the first request that asks; else its own layers make them
 * @param adapter folder of a LoRA adapter in the form of PEFT, whose product is added to the
 *     weights as they are read; null: none, unless the model's folder is one that names its base
 * @param assistant folder of a smaller model that drafts; null: the one that {@code config.json}
 *     names as {@code assistant}, seen from the model's folder, if it does
 */
public record OpenOptions(
    int threads,
    @Nullable WeightPrecision precision,
    Screening screening,
    @Nullable SortedSet<Integer> tokens,
    boolean narrowDrafts,
    @Nullable Path adapter,
    @Nullable Path assistant) {
  /**
   * Which look-ups of the head ask an int8 copy of it first, and the head itself only where the
   * copy cannot tell. Tokens and exit layers are the same, in less time where the vocabulary is
   * large. Confidences and log-probabilities of what the copy answered are estimates, after the
   * tokens that settings ban.
   */
  public enum Screening {
    /**
     * Those of which nothing but the token and its exit counts, where the head is held in fp32 or
     * bf16 and has four million weights or more: drafts of lossless exits, and answers {@linkplain
     * GenerationOptions#withLogProbabilities without log-probabilities}. The first that asks has
     * the copy made. Log-probabilities that are told are the head's own; confidences are estimates
     * on the same side of the threshold.
     */
    AUTO,
    /** Every look-up that a copy can answer, of a head of any size in fp32 or bf16. */
    ON,
    /** None. */
    OFF;

    /** {@return the name in options, such as {@code auto}} */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Copies the tokens. Whether the options suit a model is checked when it is opened.
   *
   * @throws InputException when the number of threads is out of range, or screening goes with
   *     {@link WeightPrecision#W8A8} or with tokens
   */
  public OpenOptions {
    InputException.require(
        threads >= 1 && threads <= ThreadPool.MOST_THREADS,
        "threads " + threads,
        "is not within 1.." + ThreadPool.MOST_THREADS,
        "give another number");
    InputException.require(
        screening != Screening.ON || precision != WeightPrecision.W8A8,
        "screening",
        "does not go with w8a8, whose head is as narrow as a copy that screens it",
        "leave it out, or open the model in fp32 or bf16");
    InputException.require(
        screening != Screening.ON || tokens == null,
        "screening",
        "does not go with a head of some tokens alone",
        "leave one of them out");
    tokens = tokens == null ? null : Collections.unmodifiableSortedSet(new TreeSet<>(tokens));
  }

  /**
   * A decoder with the head that these options ask for.
   *
   * @param source what it was read from
   * @param ends gives tokens that end a generation, which a head always keeps
   * @throws InputException when a token is not in the vocabulary, or there is none, or a head of
   *     int8 is to be screened
   */
  Decoder withHead(Decoder whole, ModelFolder source, Supplier<List<Integer>> ends) {
    InputException.require(
        screening != Screening.ON || source.precision().bytes() > Byte.BYTES,
        source.path().toString(),
        "has a head that is held in int8, as narrow as a copy that screens it",
        "leave screening out, or open it in fp32 or bf16");
    if (tokens == null) {
      return switch (screening) {
        case AUTO -> whole;
        case ON -> whole.screened(TwoStageHead.Use.EVERY_STEP);
        case OFF -> whole.screened(TwoStageHead.Use.NONE);
      };
    }
    TreeSet<Integer> kept = new TreeSet<>(tokens);
    kept.addAll(ends.get());
    InputException.require(
        !kept.isEmpty(), source.path().toString(), "is to emit no token", "name at least one");
    int last = whole.vocabulary() - 1;
    int stray = kept.first() < 0 ? kept.first() : kept.last();
    InputException.require(
        stray >= 0 && stray <= last,
        source.path().toString(),
        "has the tokens 0.." + last + ", not " + stray,
        "name some of these");
    return whole.restricted(source, kept);
  }

  /**
   * Tells how much memory the weights of a folder take once it is opened with these options.
   * Configuration and headers are read, weights are not.
   *
   * @param path the model folder
   * @return the size of the weights in bytes; what an answer takes, a copy that screens the head,
   *     and one of the decoder that drafts in int8 come on top
   * @throws InputException when the folder cannot be used
   */
  public long weightBytes(Path path) {
    try (ModelFolder folder = ModelFolder.open(path, precision, adapter)) {
      return folder.weightBytes();
    }
  }

  /**
   * {@return the default options} A thread for each processor, at most {@value
   * ThreadPool#MOST_THREADS}; weights in int8 where they are stored so, else in fp32; {@link
   * Screening#AUTO}; all tokens; narrow drafts where a request asks for them.
   */
  public static OpenOptions defaults() {
    return new OpenOptions(
        Math.min(Runtime.getRuntime().availableProcessors(), ThreadPool.MOST_THREADS),
        null,
        Screening.AUTO,
        null,
        true,
        null,
        null);
  }

  /**
   * {@return the same options with another number of threads}
   *
   * @param count number of threads that work on a generation, the caller's included, 1…{@value
   *     ThreadPool#MOST_THREADS}
   * @throws InputException when it is out of range
   */
  public OpenOptions withThreads(int count) {
    return new OpenOptions(count, precision, screening, tokens, narrowDrafts, adapter, assistant);
  }

  /**
   * {@return the same options with another precision}
   *
   * @param other how weights are held in memory; null: in int8 where they are stored so, else in
   *     fp32
   * @throws InputException when a head of {@link WeightPrecision#W8A8} is to be screened
   */
  public OpenOptions withPrecision(@Nullable WeightPrecision other) {
    return new OpenOptions(threads, other, screening, tokens, narrowDrafts, adapter, assistant);
  }

  /**
   * {@return the same options with the precision in which a model answers soonest on this
   * processor} It loses nothing that can be measured, though single answers differ from fp32's:
   * {@link WeightPrecision#W8A8} where there is an engine for products of bytes, {@link
   * WeightPrecision#INT8} where weights have to be read from memory and vectors widen them, else
   * {@link WeightPrecision#FP32}, unless weights are stored in int8. Configuration and headers are
   * read, weights are not.
   *
   * @param path the model folder
   * @throws InputException when the folder cannot be used, or is to be screened as well
   */
  public OpenOptions withFastestPrecision(Path path) {
    try (ModelFolder folder = ModelFolder.open(path, null, adapter)) {
      return withPrecision(folder.fastestPrecision());
    }
  }

  /**
   * {@return the same options with other screening}
   *
   * @param which look-ups ask an int8 copy of the head first
   * @throws InputException when a head of {@link WeightPrecision#W8A8}, or of some tokens alone, is
   *     to be screened
   */
  public OpenOptions withScreening(Screening which) {
    return new OpenOptions(threads, precision, which, tokens, narrowDrafts, adapter, assistant);
  }

  /**
   * {@return the same options with other tokens that may be emitted}
   *
   * @param kept their ids, within the vocabulary; null: all tokens
   * @throws InputException when a head of some tokens alone is to be screened
   */
  public OpenOptions withTokens(@Nullable SortedSet<Integer> kept) {
    return new OpenOptions(threads, precision, screening, kept, narrowDrafts, adapter, assistant);
  }

  /**
   * {@return the same options with or without narrow drafts} Without, requests that ask for them
   * are answered the same, with drafts by the model's own layers, and no copy takes memory.
   *
   * @param allowed whether drafts may come from an int8 copy of the decoder
   */
  public OpenOptions withNarrowDrafts(boolean allowed) {
    return new OpenOptions(threads, precision, screening, tokens, allowed, adapter, assistant);
  }

  /**
   * {@return the same options with another LoRA adapter} It is merged into the weights while they
   * are read, in fp32; then they are held in the precision that was asked for.
   *
   * @param folder with {@code adapter_config.json} and {@code adapter_model.safetensors}, as PEFT
   *     saves them; null: none, unless the model's folder is one that names its base
   */
  public OpenOptions withAdapter(@Nullable Path folder) {
    return new OpenOptions(threads, precision, screening, tokens, narrowDrafts, folder, assistant);
  }

  /**
   * {@return the same options with another model that drafts} It must have the same tokens, first
   * decoder input and kind of input. Where a request names no exit policy, exits are then lossless:
   * answers are those of full depth, bit for bit, and come sooner where its drafts are mostly
   * right. If its encoder has the same weights, a source is encoded once. Beams have no drafts.
   *
   * @param folder of the smaller model, whose decoder is held in int8 too; null: the one that
   *     {@code config.json} names, if it does
   */
  public OpenOptions withAssistant(@Nullable Path folder) {
    return new OpenOptions(threads, precision, screening, tokens, narrowDrafts, adapter, folder);
  }
}
