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
 * @param work what decoding took, for all sequences
 * @param drafts what became of drafts; null where tokens that left early were not verified
 * @param timing where the time went, in milliseconds
 */
public record Generation(
    List<GeneratedSequence> sequences,
    boolean ranked,
    Work work,
    @Nullable Drafts drafts,
    Timing timing) {
  // Written out: of a compact constructor, class files do not tell what may be null.
  /** Copies the list. */
  public Generation(
      List<GeneratedSequence> sequences,
      boolean ranked,
      Work work,
      @Nullable Drafts drafts,
      Timing timing) {
    this.sequences = List.copyOf(sequences);
    this.ranked = ranked;
    this.work = work;
    this.drafts = drafts;
    this.timing = timing;
  }

  /**
   * What decoding took. Immutable.
   *
   * @param layersRun how often a layer ran for a position; layers that were filled in later for
   *     tokens that had left early count too
   * @param layersPossible how often layers would have run for the same positions at full depth
   * @param layerPasses how often a layer's weights were walked through; a block of positions that
   *     ran together counts once
   * @param headLookups how often the head computed logits; those of a shortlist do not count
   */
  public record Work(int layersRun, int layersPossible, int layerPasses, int headLookups) {}

  /**
   * What became of drafts. Immutable.
   *
   * @param drafted how many full depth was asked about: those behind the first that it would not
   *     have emitted do not count; what was drafted behind a stop string does
   * @param accepted how many of them full depth emits as well
   * @param verifications how often the last layer was asked, about drafts or where none waited
   */
  public record Drafts(int drafted, int accepted, int verifications) {}

  /**
   * {@return whether drafts were verified} Tokens and {@link #logProbabilities} are then those of
   * full depth, and {@link #exitLayers} tells where each token was drafted, the last layer where it
   * was not.
   */
  public boolean lossless() {
    return drafts != null;
  }

  /** {@return how often a layer ran for a position; see {@link Work}} */
  public int layersRun() {
    return work.layersRun;
  }

  /** {@return how often layers would have run at full depth; see {@link Work}} */
  public int layersPossible() {
    return work.layersPossible;
  }

  /** {@return how often a layer's weights were walked through; see {@link Work}} */
  public int layerPasses() {
    return work.layerPasses;
  }

  /** {@return how often the head computed logits; see {@link Work}} */
  public int headLookups() {
    return work.headLookups;
  }

  /** {@return how many drafts full depth was asked about; 0 without any; see {@link Drafts}} */
  public int drafted() {
    return drafts == null ? 0 : drafts.drafted;
  }

  /** {@return how many drafts full depth emits as well; 0 without any} */
  public int accepted() {
    return drafts == null ? 0 : drafts.accepted;
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

  /** {@return what was decoded in vain before each token; see {@link GeneratedSequence}} */
  public List<List<GeneratedSequence.Dropped>> dropped() {
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
   * processors}
   */
  public List<Double> logProbabilities() {
    return best().logProbabilities();
  }

  private GeneratedSequence best() {
    return sequences.getFirst();
  }
}
