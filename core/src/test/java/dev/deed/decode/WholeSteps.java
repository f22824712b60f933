package dev.deed.decode;

import dev.deed.decode.exit.ExitQuestion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.Scoring;
import dev.deed.model.Decoder;
import dev.deed.model.Workspace;
import dev.deed.tensor.ThreadPool;
import java.util.List;

/** Steps that run to their end, in as many runs as their fills take. */
final class WholeSteps {
  private final DecoderStep step;

  WholeSteps(Decoder decoder, ThreadPool pool) {
    this(decoder, pool, FillLimits.DEFAULT);
  }

  WholeSteps(Decoder decoder, ThreadPool pool, FillLimits limits) {
    this.step = new DecoderStep(decoder, new Workspace(), pool, limits);
  }

  /** A step that asks for no alternatives. */
  static PlainStep of(DecoderState state, ExitRule rule, Scoring scoring, TokenChooser chooser) {
    ExitQuestion question =
        new ExitQuestion(rule, scoring, chooser.takesLargest(), 0, ExitQuestion.Estimates.NOWHERE);
    return new PlainStep(state, question, chooser);
  }

  /** Runs these to their end. */
  void run(List<PlainStep> steps) {
    List<PlainStep> running = steps;
    while (!running.isEmpty()) {
      step.run(running);
      running = running.stream().filter(PlainStep::running).toList();
    }
  }

  /** Runs one to its end. */
  PlainStep run(PlainStep one) {
    run(List.of(one));
    return one;
  }
}
