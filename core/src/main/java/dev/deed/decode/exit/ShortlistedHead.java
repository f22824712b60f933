package dev.deed.decode.exit;

import dev.deed.model.Decoder;
import java.util.List;

/** Leaves steps without scores whose shortlist does not promise an exit; asks for the others. */
record ShortlistedHead(Decoder decoder, HeadLookup behind) implements HeadLookup {
  @Override
  public void answer(List<StepExits> steps, float[] hidden) {
    int width = decoder.width();
    List<StepExits> open =
        steps.stream().allMatch(step -> step.shortlist() == null)
            ? steps
            : HeadLookup.open(
                steps, hidden, width, row -> isPromising(steps.get(row), hidden, row * width));
    behind.answer(open, hidden);
  }

  private boolean isPromising(StepExits step, float[] hidden, int from) {
    Shortlist left = step.shortlist();
    return left == null
        || step.isLast()
        || step.suffices(
            left.confidence(
                step.question().rule().confidence(),
                token -> decoder.head().logit(token, hidden, from)));
  }
}
