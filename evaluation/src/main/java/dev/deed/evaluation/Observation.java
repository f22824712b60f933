package dev.deed.evaluation;

import dev.deed.Generation;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.Finish;
import dev.deed.value.Timing;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one run made of one example, in short. Lists are not copied and must not change.
 *
 * @param text the answer; of a model without tokenizer its token ids, separated by spaces
 * @param tokenIds new tokens, the end token included
 * @param exitLayers the layer that emitted each, from 1
 * @param effort layers run and look-ups, counted
 * @param timing in a batch, decoding is an equal share of the batch's
 * @param drafts what became of drafts; null where tokens that left early were not verified
 */
public record Observation(
    String text,
    List<Integer> tokenIds,
    List<Integer> exitLayers,
    Effort effort,
    Timing timing,
    @Nullable Drafts drafts) {
  /** The observation of an answer that was decoded in a batch of {@code batch} examples. */
  public static Observation of(Generation generation, int batch) {
    Timing timing = generation.timing();
    return new Observation(
        generation.text() == null ? ids(generation) : generation.text(),
        generation.tokenIds(),
        generation.exitLayers(),
        generation.effort(),
        new Timing(timing.preprocessMillis(), timing.encodeMillis(), timing.decodeMillis() / batch),
        generation.drafts());
  }

  /** One run repeated: the answers are the same, of the times the medians count. */
  public static Observation median(List<Observation> repeats) {
    Observation first = repeats.getFirst();
    return new Observation(
        first.text,
        first.tokenIds,
        first.exitLayers,
        first.effort,
        new Timing(
            Median.of(repeats, run -> run.timing.preprocessMillis()),
            Median.of(repeats, run -> run.timing.encodeMillis()),
            Median.of(repeats, run -> run.timing.decodeMillis())),
        first.drafts);
  }

  private static String ids(Generation generation) {
    List<Integer> ids = generation.tokenIds();
    int end = ids.size() - (generation.finish() == Finish.EOS ? 1 : 0);
    return ids.subList(0, end).stream().map(String::valueOf).collect(Collectors.joining(" "));
  }
}
