package dev.deed.evaluation.cost;

import dev.deed.Generation;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.Finish;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one run made of one example, in short.
 *
 * @param text the answer; of a model without tokenizer its token ids, separated by spaces
 * @param tokenIds new tokens, the end token included
 * @param exitLayers the layer that emitted each, from 1
 * @param effort layers run and look-ups, counted
 * @param preprocessMillis text and picture to encoder input
 * @param encodeMillis the encoder
 * @param decodeMillis the decoder; in a batch an equal share of the batch's
 * @param drafts what became of drafts; null where tokens that left early were not verified
 */
public record Observation(
    String text,
    List<Integer> tokenIds,
    List<Integer> exitLayers,
    Effort effort,
    double preprocessMillis,
    double encodeMillis,
    double decodeMillis,
    @Nullable Drafts drafts) {
  /** Written out: of a compact constructor, class files do not tell what may be null. */
  public Observation(
      String text,
      List<Integer> tokenIds,
      List<Integer> exitLayers,
      Effort effort,
      double preprocessMillis,
      double encodeMillis,
      double decodeMillis,
      @Nullable Drafts drafts) {
    this.text = text;
    this.tokenIds = List.copyOf(tokenIds);
    this.exitLayers = List.copyOf(exitLayers);
    this.effort = effort;
    this.preprocessMillis = preprocessMillis;
    this.encodeMillis = encodeMillis;
    this.decodeMillis = decodeMillis;
    this.drafts = drafts;
  }

  /**
   * @param batch number of examples that were decoded together
   */
  public static Observation of(Generation generation, int batch) {
    return new Observation(
        generation.text() == null ? ids(generation) : generation.text(),
        generation.tokenIds(),
        generation.exitLayers(),
        generation.effort(),
        generation.timing().preprocessMillis(),
        generation.timing().encodeMillis(),
        generation.timing().decodeMillis() / batch,
        generation.drafts());
  }

  /** One run repeated: the answers are the same, of the times the medians count. */
  public static Observation median(List<Observation> repeats) {
    Observation first = repeats.getFirst();
    return repeats.size() == 1
        ? first
        : new Observation(
            first.text,
            first.tokenIds,
            first.exitLayers,
            first.effort,
            Median.of(repeats, Observation::preprocessMillis),
            Median.of(repeats, Observation::encodeMillis),
            Median.of(repeats, Observation::decodeMillis),
            first.drafts);
  }

  /** Decoder-layer × position evaluations, fills included. */
  public int layersRun() {
    return effort.layersRun();
  }

  /** How often a layer's weights were walked through. */
  public int layerPasses() {
    return effort.layerPasses();
  }

  /** How often logits were computed. */
  public int headLookups() {
    return effort.headLookups();
  }

  /** The deepest layer that emitted a token; 0 without tokens. */
  int deepestExit() {
    return exitLayers.stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private static String ids(Generation generation) {
    List<Integer> ids = generation.tokenIds();
    int end = ids.size() - (generation.finish() == Finish.EOS ? 1 : 0);
    return ids.subList(0, end).stream().map(String::valueOf).collect(Collectors.joining(" "));
  }
}
