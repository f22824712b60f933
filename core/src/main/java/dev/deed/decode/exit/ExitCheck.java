package dev.deed.decode.exit;

import dev.deed.decode.exit.StepExits.Verdict;
import dev.deed.model.Decoder;
import dev.deed.model.Workspace;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets the steps of a batch leave a layer where their rules say so: at exit n, {@code
 * head(finalNorm(adapter_n(h_n)))} gives the logits, and the rule's confidence in them, or in h_n,
 * decides. Holds buffers; belongs to one thread.
 */
public final class ExitCheck {
  private final Decoder decoder;
  private final Workspace workspace;
  private final ThreadPool pool;
  private final HeadEvaluation head;

  public ExitCheck(Decoder decoder, Workspace workspace, ThreadPool pool) {
    this.decoder = decoder;
    this.workspace = workspace;
    this.pool = pool;
    this.head = HeadEvaluation.of(decoder, workspace, pool);
  }

  /**
   * Asks each step at a layer. Those that stop have emitted afterwards, or failed: {@link
   * StepExits#error}.
   *
   * @param layer from 1
   * @param inputs what entered the layer, [steps, width]
   * @param outputs the layer's raw outputs, [steps, width]; changed
   */
  public void ask(int layer, float[] inputs, float[] outputs, List<StepExits> steps) {
    int width = decoder.width();
    List<StepExits> asking = new ArrayList<>();
    for (int row = 0; row < steps.size(); row++) {
      StepExits step = steps.get(row);
      switch (step.ask(layer, hiddenState(inputs, outputs, row))) {
        case Verdict.Skip _ -> {}
        case Verdict.NeedLogits _, Verdict.Exit _ -> {
          System.arraycopy(outputs, row * width, outputs, asking.size() * width, width);
          asking.add(step);
        }
      }
    }
    if (!asking.isEmpty()) {
      head.answer(asking, decoder.exitHidden(layer, outputs, asking.size(), workspace, pool));
    }
  }

  private Confidence.HiddenState hiddenState(float[] inputs, float[] outputs, int row) {
    int width = decoder.width();
    int at = row * width;
    return new Confidence.HiddenState(
        () -> KernelChoice.kernels().cosine(outputs, at, inputs, at, width),
        () -> decoder.gate(outputs, row, pool));
  }
}
