package dev.deed.data.generate;

import dev.deed.Generation;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import org.jspecify.annotations.Nullable;

/**
 * What answers took.
 *
 * @param tokens emitted, in all returned answers, end tokens included
 * @param layersRun decoder layers run, for each position
 * @param layersPossible those of full depth
 * @param drafted tokens of drafts that were verified
 * @param accepted those of them that full depth emitted too
 */
public record DecodingCost(
    long tokens, long layersRun, long layersPossible, long drafted, long accepted) {
  /** That of no answers. */
  public static final DecodingCost NONE = new DecodingCost(0, 0, 0, 0, 0);

  static DecodingCost of(Generation answer) {
    long tokens = answer.sequences().stream().mapToLong(one -> one.tokens().size()).sum();
    return of(tokens, answer.effort(), answer.drafts());
  }

  /**
   * That of tokens that were found together.
   *
   * @param drafts null where nothing was drafted
   */
  public static DecodingCost of(long tokens, Effort effort, @Nullable Drafts drafts) {
    return new DecodingCost(
        tokens,
        effort.layersRun(),
        effort.layersPossible(),
        drafts == null ? 0 : drafts.drafted(),
        drafts == null ? 0 : drafts.accepted());
  }

  /** Both together. */
  public DecodingCost plus(DecodingCost other) {
    return new DecodingCost(
        tokens + other.tokens,
        layersRun + other.layersRun,
        layersPossible + other.layersPossible,
        drafted + other.drafted,
        accepted + other.accepted);
  }
}
