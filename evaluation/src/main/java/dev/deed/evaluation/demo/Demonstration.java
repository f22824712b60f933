package dev.deed.evaluation.demo;

import dev.deed.EncoderDecoderModel;
import dev.deed.ExitSettings;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Timing;
import dev.deed.checkpoint.BadInputException;
import dev.deed.data.InputLine;
import dev.deed.data.JsonValues;
import dev.deed.data.LineInputs;
import dev.deed.evaluation.WarmUp;
import dev.deed.processing.tokenizer.TextStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows a model on samples. Belongs to one thread. */
public final class Demonstration {
  private final EncoderDecoderModel model;
  private final ExitSettings policy;

  /**
   * @param model stays the caller's to close
   * @param threshold of the model's own confidence, max_prob where it names none; null: the model's
   *     own threshold
   * @param lossless whether tokens that leave early are drafts, which full depth verifies; they
   *     leave as the model says of lossless exits
   * @throws BadInputException when the model has no exits, or no threshold of its own and none is
   *     given
   */
  public Demonstration(EncoderDecoderModel model, @Nullable Double threshold, boolean lossless) {
    this.model = model;
    this.policy = policy(model, threshold, lossless);
  }

  private static ExitSettings policy(
      EncoderDecoderModel model, @Nullable Double threshold, boolean lossless) {
    String folder = model.internals().folder().path().toString();
    if (model.internals().spec().exits() == null) {
      throw new BadInputException(
          folder, "the model has no exits", "give a model with exits to see where tokens leave it");
    }
    ExitSettings asked = lossless ? ExitSettings.own().withLossless(true) : ExitSettings.own();
    ExitSettings own = model.internals().resolvedExits(asked);
    if (threshold == null) {
      BadInputException.require(
          own.confidence() != null,
          folder,
          "the model states no exit threshold",
          "give --threshold X");
      return own;
    }
    return own.confidence() == null
        ? asked.overriddenBy(ExitSettings.maxProbability(threshold))
        : own.withThreshold(threshold);
  }

  /** When steps stop. */
  public ExitSettings policy() {
    return policy;
  }

  /** Whether tokens that leave early are drafts. */
  public boolean verifies() {
    return Boolean.TRUE.equals(policy.lossless());
  }

  /** Number of decoder layers. */
  public int layers() {
    return model.internals().spec().decoderLayers();
  }

  /**
   * Decodes a sample with early exits.
   *
   * @throws BadInputException when it cannot be decoded
   */
  public Answer decode(InputLine sample) {
    try {
      Input input = LineInputs.input(sample);
      Generation generation = model.generate(input, options(sample, policy));
      return new Answer(sample, input, generation, pieces(generation.tokenIds()));
    } catch (BadInputException e) {
      throw e.in("sample " + sample.name());
    }
  }

  private List<String> pieces(List<Integer> tokenIds) {
    TextStream stream = model.internals().textStream();
    if (stream == null) {
      return tokenIds.stream().map(id -> " " + id).toList();
    }
    List<String> pieces = new ArrayList<>();
    tokenIds.forEach(id -> pieces.add(stream.append(id)));
    pieces.add(pieces.removeLast() + stream.finish());
    return pieces;
  }

  /**
   * Measures samples with early exits and at full depth, by turns, each time the other one first.
   *
   * @param repeats how often each is measured, at least 1; times are medians
   * @param warmUp untimed runs before
   */
  public DemoReport measure(List<Answer> answers, int repeats, WarmUp warmUp) {
    warmUp.run(
        () -> {
          for (Answer answer : answers) {
            run(answer, ExitSettings.full());
            run(answer, policy);
          }
        });
    List<List<Timing>> full = new ArrayList<>();
    List<List<Timing>> early = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      full.add(new ArrayList<>());
      early.add(new ArrayList<>());
    }
    boolean[] equal = new boolean[answers.size()];
    Arrays.fill(equal, true);
    for (int repeat = 0; repeat < repeats; repeat++) {
      for (int i = 0; i < answers.size(); i++) {
        Answer answer = answers.get(i);
        boolean fullFirst = (repeat + i) % 2 == 0;
        Generation first = run(answer, fullFirst ? ExitSettings.full() : policy);
        Generation second = run(answer, fullFirst ? policy : ExitSettings.full());
        full.get(i).add((fullFirst ? first : second).timing());
        early.get(i).add((fullFirst ? second : first).timing());
        equal[i] &= first.tokenIds().equals(second.tokenIds());
      }
    }
    List<DemoRow> rows = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      rows.add(new DemoRow(answers.get(i), equal[i], full.get(i), early.get(i)));
    }
    return new DemoReport(model.internals().folder().path(), policy, layers(), repeats, rows);
  }

  private Generation run(Answer answer, ExitSettings with) {
    return model.generate(answer.input(), options(answer.line(), with));
  }

  private static GenerationOptions options(InputLine sample, ExitSettings policy) {
    return GenerationOptions.defaults().settings(JsonValues.of(sample.generation())).exits(policy);
  }
}
