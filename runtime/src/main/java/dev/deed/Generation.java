package dev.deed;

import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.Exit;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.Timing;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a model generated for one input. {@link #text()} and the other methods that look into a
 * sequence look into the best one. Immutable.
 *
 * @param sequences the answers, best first; at least one, as many as were asked for, fewer where
 *     the settings allow no more
 * @param ranked whether scores rank the answers: true of beam search and of several drawn sequences
 * @param hasLogProbabilities whether log-probabilities and scores are told; else they are NaN
 * @param effort what decoding took, for all sequences
 * @param drafts what became of drafts; null where tokens that left early were not verified
 * @param timing where the time went, in milliseconds
 */
public record Generation(
    List<GeneratedSequence> sequences,
    boolean ranked,
    boolean hasLogProbabilities,
    Effort effort,
    @Nullable Drafts drafts,
    Timing timing) {
  /** Copies the list. */
  public Generation {
    sequences = List.copyOf(sequences);
  }

  /**
   * {@return whether drafts were verified} Tokens and {@link #logProbabilities} are then those of
   * full depth, and {@link #exitLayers} tells where each token was drafted, the last layer where it
   * was not.
   */
  public boolean lossless() {
    return drafts != null;
  }

  /** {@return how often a layer ran for a position; see {@link Effort}} */
  public int layersRun() {
    return effort.layersRun();
  }

  /** {@return how often layers would have run at full depth; see {@link Effort}} */
  public int layersPossible() {
    return effort.layersPossible();
  }

  /** {@return how often a layer's weights were walked through; see {@link Effort}} */
  public int layerPasses() {
    return effort.layerPasses();
  }

  /** {@return how often the head computed logits; see {@link Effort}} */
  public int headLookups() {
    return effort.headLookups();
  }

  /** {@return how many drafts full depth was asked about; 0 without any; see {@link Drafts}} */
  public int drafted() {
    return drafts == null ? 0 : drafts.drafted();
  }

  /** {@return how many drafts full depth emits as well; 0 without any} */
  public int accepted() {
    return drafts == null ? 0 : drafts.accepted();
  }

  /** {@return the answer's text without special tokens; null when the folder holds no tokenizer} */
  public @Nullable String text() {
    return best().text();
  }

  /**
   * {@return the new tokens} The decoder's start and prefix are not among them; the end token is,
   * when it was emitted.
   */
  public List<Token> tokens() {
    return best().tokens();
  }

  /** {@return why the answer ended} */
  public Finish finish() {
    return best().finish();
  }

  /** {@return how many tokens took no layer; see {@link GeneratedSequence}} */
  public int forced() {
    return best().forced();
  }

  /**
   * {@return what is wrong where some answer is a mere beginning of a text of the language that it
   * is held to; null where none is} Whoever needs whole texts throws it.
   */
  public @Nullable InputException shortfall() {
    return sequences.stream()
        .map(GeneratedSequence::shortfall)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** {@return what was decoded and dropped before each token; see {@link GeneratedSequence}} */
  public List<List<Exit>> dropped() {
    return best().dropped();
  }

  /** {@return the ids of the {@linkplain #tokens() tokens}} */
  public List<Integer> tokenIds() {
    return best().tokenIds();
  }

  /** {@return the layer that emitted each token, from 1} */
  public List<Integer> exitLayers() {
    return best().exitLayers();
  }

  /** {@return what the policy measured at the exit that emitted each token} */
  public List<Double> confidences() {
    return best().confidences();
  }

  /**
   * {@return the natural logarithm of each token's probability at its exit, before logits
   * processors; NaN where it is not told}
   */
  public List<Double> logProbabilities() {
    return best().logProbabilities();
  }

  private GeneratedSequence best() {
    return sequences.getFirst();
  }
}
