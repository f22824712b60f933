package dev.deed.decode;

import dev.deed.model.Decoder;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs the steps of a batch: those of each decoder together, where others than the model's own make
 * drafts. Belongs to one thread.
 */
final class StepsByDecoder {
  private final Decoder own;
  private final Function<Decoder, DecoderStep> make;

  /** Each made when its decoder first has a step to run. */
  private final Map<Decoder, DecoderStep> runs = new IdentityHashMap<>();

  /**
   * @param own the decoder that verifies drafts
   */
  StepsByDecoder(Decoder own, Function<Decoder, DecoderStep> make) {
    this.own = own;
    this.make = make;
  }

  /**
   * Runs steps. Where all that is left to the model's own decoder is to verify drafts, these wait
   * for those who still draft, so that weights are read once for all verifications. They wait for a
   * bounded number of drafts: nobody drafts again before all have been verified.
   */
  void run(List<? extends SequenceStep> steps) {
    Map<Decoder, List<SequenceStep>> byDecoder = new IdentityHashMap<>();
    for (SequenceStep step : steps) {
      byDecoder.computeIfAbsent(step.state().decoder(), _ -> new ArrayList<>()).add(step);
    }
    List<SequenceStep> verifying = byDecoder.getOrDefault(own, List.of());
    if (verifying.size() < steps.size() && verifying.stream().allMatch(SequenceStep::mayWait)) {
      byDecoder.remove(own);
    }
    byDecoder.forEach((decoder, all) -> runs.computeIfAbsent(decoder, make).run(all));
  }
}
