package dev.deed.evaluation.demo;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.Input;
import dev.deed.data.InputLine;
import dev.deed.data.LineInputs;
import dev.deed.evaluation.Evaluation;
import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationExample;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.EvaluationPolicy;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.WarmUp;
import dev.deed.processing.tokenizer.TextStream;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Shows a model on samples. Belongs to one thread. */
public final class Demonstration {
  private final EncoderDecoderModel model;
  private final Map<Decoding, ExitSettings> settings = new EnumMap<>(Decoding.class);
  private final Decoding shown;

  /**
   * @param model stays the caller's to close
   * @param threshold of the model's own confidence, max_prob where it names none; null: the model's
   *     own threshold
   * @param lossless whether to show answers with lossless exits, whose tokens leave as the model
   *     says of them; else those with early exits
   * @throws InputException when the model has no exits, or no threshold of its own and none is
   *     given
   */
  public Demonstration(EncoderDecoderModel model, @Nullable Double threshold, boolean lossless) {
    this.model = model;
    this.shown = lossless ? Decoding.LOSSLESS : Decoding.EARLY;
    settings.put(Decoding.FULL, ExitSettings.full());
    settings.put(Decoding.EARLY, policy(model, threshold, false));
    settings.put(Decoding.LOSSLESS, policy(model, threshold, true));
  }

  private static ExitSettings policy(
      EncoderDecoderModel model, @Nullable Double threshold, boolean lossless) {
    String folder = model.internals().folder().path().toString();
    if (model.internals().spec().exits() == null) {
      throw new InputException(
          folder, "the model has no exits", "give a model with exits to see where tokens leave it");
    }
    ExitSettings asked =
        lossless ? ExitSettings.own().with(ExitSetting.LOSSLESS, true) : ExitSettings.own();
    ExitSettings own = model.internals().resolvedExits(asked);
    if (threshold == null) {
      InputException.require(
          own.measure() != null,
          folder,
          "the model states no exit threshold",
          "give --threshold X");
      return own;
    }
    return own.measure() == null
        ? asked.overriddenBy(ExitSettings.maxProbability(threshold))
        : own.with(ExitSetting.THRESHOLD, threshold);
  }

  ExitSettings policy() {
    return settings(shown);
  }

  private ExitSettings settings(Decoding decoding) {
    return Objects.requireNonNull(settings.get(decoding));
  }

  /** Whether tokens that leave early are drafts in the answers shown. */
  public boolean verifies() {
    return shown == Decoding.LOSSLESS;
  }

  public int layers() {
    return model.internals().spec().decoderLayers();
  }

  /**
   * Decodes a sample as it is shown.
   *
   * @throws InputException when it cannot be decoded
   */
  public Answer decode(InputLine sample) {
    String where = "sample " + sample.name();
    try {
      Input input = LineInputs.input(sample);
      EvaluationExample example =
          new EvaluationExample(where, input, sample.generation(), List.of(), null);
      Generation generation = model.generate(input, example.options(policy()));
      return new Answer(sample, example, generation, pieces(generation.tokenIds()));
    } catch (InputException e) {
      throw e.in(where);
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
   * Measures samples in every way of decoding by turns; without lossless exits where an answer is a
   * beam search, which knows none.
   *
   * @param answers of {@link #decode}, at least one
   * @param repeats how often each is measured, at least 1
   * @param warmUp untimed runs before
   */
  public DemoReport measure(List<Answer> answers, int repeats, WarmUp warmUp) {
    Path folder = model.internals().folder().path();
    Map<Decoding, ExitSettings> measured = new EnumMap<>(settings);
    try {
      for (Answer answer : answers) {
        model.generate(
            answer.example().input(), answer.example().options(settings(Decoding.LOSSLESS)));
      }
    } catch (InputException _) {
      measured.remove(Decoding.LOSSLESS);
    }
    List<EvaluationExample> samples = answers.stream().map(Answer::example).toList();
    List<EvaluationExample> rounds =
        Collections.nCopies(repeats, samples).stream().flatMap(List::stream).toList();
    Evaluation found =
        new Evaluator(1, 1, warmUp)
            .evaluate(
                List.of(new NamedModel(folder.toString(), model)),
                new EvaluationData(folder, rounds),
                List.of(),
                measured.values().stream().map(EvaluationPolicy::of).toList(),
                new EvaluationListener() {});
    Map<Decoding, DemoReport.Way> ways = new EnumMap<>(Decoding.class);
    for (Decoding decoding : measured.keySet()) {
      int at = ways.size();
      ways.put(decoding, new DemoReport.Way(found.rows().get(at), found.runs().get(at)));
    }
    return new DemoReport(folder, layers(), answers, shown, ways);
  }
}
