package dev.deed.train;

import dev.deed.train.torch.Batch;
import dev.deed.train.torch.ExitOutput;
import dev.deed.train.torch.TorchModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Gatherers;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Losses and accuracy of every exit on held-out examples, teacher-forced. Not thread-safe.
 *
 * @param batches examples of a forward pass each
 */
record Validator(
    TorchModel model, Objective objective, Collator collator, List<List<EncodedExample>> batches) {
  /** The examples in batches of similar lengths, of {@code batch} rows at most. */
  static List<List<EncodedExample>> batches(List<EncodedExample> examples, int batch) {
    List<EncodedExample> sorted =
        examples.stream().sorted(Comparator.comparingInt(EncodedExample::length)).toList();
    return EncodedExample.bySides(sorted).stream()
        .flatMap(group -> group.stream().gather(Gatherers.windowFixed(batch)))
        .toList();
  }

  /** Of each exit; {@code exact} is the per cent of examples with every token right. */
  record Result(double loss, List<Double> exitLosses, List<Double> exact) {}

  /**
   * @param toTheEnd whether an interrupt of the thread has to wait
   * @return null when the thread was interrupted
   */
  @Nullable Result run(boolean toTheEnd) {
    double[] losses = new double[model.exits()];
    double[] right = new double[losses.length];
    double total = 0;
    double tokens = 0;
    double rows = 0;
    for (List<EncodedExample> examples : batches) {
      if (!toTheEnd && Thread.currentThread().isInterrupted()) {
        return null;
      }
      try (PointerScope scope = new PointerScope();
          AutoGradMode noGradients = new AutoGradMode(false)) {
        Batch batch = collator.collate(examples);
        Tensor labels = model.parameters().device().integers(batch.labels());
        List<ExitOutput> exits = model.forward(batch, TorchModel.Mode.USE);
        Objective.Losses own = objective.of(exits, labels);
        int count = examples.stream().mapToInt(e -> e.labels().length).sum();
        total += count * own.total().item_double();
        for (int i = 0; i < exits.size(); i++) {
          losses[i] += count * own.exits().get(i).item_double();
          right[i] += rowsRight(exits.get(i).logits(), labels);
        }
        tokens += count;
        rows += examples.size();
      }
    }
    List<Double> exitLosses = new ArrayList<>();
    List<Double> exact = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      exitLosses.add(losses[i] / tokens);
      exact.add(100 * right[i] / rows);
    }
    return new Result(total / tokens, exitLosses, exact);
  }

  private static long rowsRight(Tensor logits, Tensor labels) {
    Tensor best = torch.argmax(logits, new LongOptional(2), false);
    Tensor wrong = best.ne(labels).logical_and(labels.ne(new Scalar(Batch.IGNORED)));
    return labels.size(0) - wrong.any(1).sum().item_long();
  }
}
