package dev.deed.decode;

import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.model.Decoder;
import dev.deed.model.EncoderOutput;
import java.util.List;
import java.util.function.IntFunction;

/**
 * One input to decode.
 *
 * @param prefix decoder inputs to begin with, at least one
 * @param stopping when a sequence ends
 * @param rule when a step may stop
 * @param processors act on the scores of every next token, in this order, before confidence is
 *     taken
 * @param strategy how tokens are chosen
 * @param listener told of every token of the answer: as it is emitted where one sequence is decoded
 *     and none is discarded, else when the search is over
 */
public record SearchRequest(
    EncoderOutput encoded,
    List<Integer> prefix,
    StoppingCriteria stopping,
    ExitRule rule,
    List<LogitsProcessor> processors,
    SearchStrategy strategy,
    StepListener listener) {
  public SearchRequest {
    prefix = List.copyOf(prefix);
    processors = List.copyOf(processors);
  }

  /** The same with another listener, which wants what this one wants of each token. */
  public SearchRequest withListener(StepListener other) {
    return new SearchRequest(
        encoded,
        prefix,
        stopping,
        rule,
        processors,
        strategy,
        other
            .withAlternatives(listener.alternatives())
            .withProbabilities(listener.readsProbabilities()));
  }

  /** The state of an assistant before its first step, which nothing has been told to. */
  DecoderState beginAssistant(Decoder other, IntFunction<float[]> arrays) {
    int most = prefix.size() + stopping.maxNewTokens();
    return new DecoderState(other, encoded.ofAssistant(), most, arrays);
  }

  /** The state before the first step: the whole prefix waits at layer 1 and runs as one block. */
  DecoderState begin(Decoder decoder, IntFunction<float[]> arrays) {
    DecoderState state =
        new DecoderState(decoder, encoded, prefix.size() + stopping.maxNewTokens(), arrays);
    state.append(prefix.stream().mapToInt(Integer::intValue).toArray());
    return state;
  }
}
