package dev.deed.decode;

import dev.deed.decode.exit.ExitRule;
import dev.deed.model.Decoder;
import dev.deed.model.Workspace;
import dev.deed.tensor.WorkerTeam;
import java.util.List;

/** Steps that run to their end, in as many runs as their fills take. */
final class WholeSteps {
  private final DecoderStep step;
  private final ExitRule full;

  WholeSteps(Decoder decoder, WorkerTeam team) {
    this(decoder, team, FillLimits.DEFAULT);
  }

  WholeSteps(Decoder decoder, WorkerTeam team, FillLimits limits) {
    this.step = new DecoderStep(decoder, new Workspace(), team, limits);
    this.full = ExitRule.full(decoder.layerCount());
  }

  List<SequenceStep> run(List<StepRow> rows) {
    List<SequenceStep> steps = rows.stream().map(row -> new SequenceStep(row, full)).toList();
    List<SequenceStep> running = steps;
    while (!running.isEmpty()) {
      step.run(running);
      running = running.stream().filter(SequenceStep::running).toList();
    }
    return steps;
  }
}
