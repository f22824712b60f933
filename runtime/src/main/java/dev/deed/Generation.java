package dev.deed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model generated for one input. {@link #text()} and the other methods that look into a
 * sequence look into the best one. Immutable.
 *
 * @param sequences the answers, best first; at least one, as many as were asked for, fewer where
 *     the settings allow no more
 * @param ranked whether scores rank the answers: true of beam search and of several drawn sequences
 * @param lossless whether drafts were verified, so that tokens and {@link #logProbabilities} are
 *     those of full depth; {@link #exitLayers} then tells where each token was drafted, the last
 *     layer where it was not
 * @param layersRun how often a layer ran for a position, summed over all sequences; layers that
 *     were filled in later for tokens that had left early count too
 * @param layersPossible how often layers would have run for the same positions at full depth
 * @param layerPasses how often a layer's weights were walked through; a block of positions that ran
 *     together counts once
 * @param headLookups how often the head computed logits, for all sequences; those of a shortlist do
 *     not count
 * @param drafted how many drafts full depth was asked about, for all sequences: those behind the
 *     first that it would not have emitted do not count; 0 without {@code lossless}. What was
 *     drafted behind a stop string counts too
 * @param accepted how many of them full depth emits as well
 * @param timing where the time went, in milliseconds
 */
public record Generation(
    List<GeneratedSequence> sequences,
    boolean ranked,
    boolean lossless,
    int layersRun,
    int layersPossible,
    int layerPasses,
    int headLookups,
    int drafted,
    int accepted,
    Timing timing) {
  /** Copies the list. */
  public Generation {
    sequences = List.copyOf(sequences);
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
   * processors}
   */
  public List<Double> logProbabilities() {
    return best().logProbabilities();
  }

  private GeneratedSequence best() {
    return sequences.getFirst();
  }
}
