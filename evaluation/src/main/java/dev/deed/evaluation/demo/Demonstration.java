package dev.deed.evaluation.demo;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.data.InputLine;
import dev.deed.data.JsonValues;
import dev.deed.data.LineInputs;
import dev.deed.evaluation.WarmUp;
import dev.deed.processing.tokenizer.TextStream;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.Timing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
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

  /** When steps of the answers shown stop. */
  public ExitSettings policy() {
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
    try {
      Input input = LineInputs.input(sample);
      Generation generation = model.generate(input, options(sample, policy()));
      return new Answer(sample, input, generation, pieces(generation.tokenIds()));
    } catch (InputException e) {
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
   * Measures samples in every way of decoding by turns, each round with another one first.
   *
   * @param answers of {@link #decode}, at least one
   * @param repeats how often each is measured, at least 1; times are medians
   * @param warmUp untimed runs before
   */
  public DemoReport measure(List<Answer> answers, int repeats, WarmUp warmUp) {
    List<Decoding> ways = ways(answers);
    warmUp.run(() -> answers.forEach(answer -> ways.forEach(way -> run(answer, way))));
    List<List<Map<Decoding, Generation>>> rounds = new ArrayList<>();
    answers.forEach(_ -> rounds.add(new ArrayList<>()));
    for (int repeat = 0; repeat < repeats; repeat++) {
      for (int i = 0; i < answers.size(); i++) {
        List<Decoding> order = new ArrayList<>(ways);
        Collections.rotate(order, repeat + i);
        Map<Decoding, Generation> round = new EnumMap<>(Decoding.class);
        for (Decoding way : order) {
          round.put(way, run(answers.get(i), way));
        }
        rounds.get(i).add(round);
      }
    }
    List<DemoRow> rows = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      rows.add(new DemoRow(answers.get(i), runs(ways, rounds.get(i))));
    }
    Map<Decoding, ExitSettings> measured = new EnumMap<>(settings);
    measured.keySet().retainAll(ways);
    return new DemoReport(
        model.internals().folder().path(), measured, shown, layers(), repeats, rows);
  }

  /** All ways; without lossless exits where an answer is a beam search, which knows none. */
  private List<Decoding> ways(List<Answer> answers) {
    List<Decoding> ways = new ArrayList<>(List.of(Decoding.values()));
    try {
      answers.forEach(answer -> run(answer, Decoding.LOSSLESS));
    } catch (InputException _) {
      ways.remove(Decoding.LOSSLESS);
    }
    return ways;
  }

  private static Map<Decoding, Runs> runs(
      List<Decoding> ways, List<Map<Decoding, Generation>> rounds) {
    List<Generation> full = runs(Decoding.FULL, rounds);
    Map<Decoding, Runs> runs = new EnumMap<>(Decoding.class);
    for (Decoding way : ways) {
      List<Generation> own = runs(way, rounds);
      boolean equal =
          IntStream.range(0, own.size())
              .allMatch(i -> own.get(i).tokenIds().equals(full.get(i).tokenIds()));
      List<Timing> timings = own.stream().map(Generation::timing).toList();
      runs.put(way, new Runs(own.getFirst(), equal, timings));
    }
    return runs;
  }

  private static List<Generation> runs(Decoding way, List<Map<Decoding, Generation>> rounds) {
    return rounds.stream().map(round -> Objects.requireNonNull(round.get(way))).toList();
  }

  private Generation run(Answer answer, Decoding way) {
    return model.generate(answer.input(), options(answer.line(), settings(way)));
  }

  private static GenerationOptions options(InputLine sample, ExitSettings policy) {
    return GenerationOptions.defaults()
        .withSettings(JsonValues.of(sample.generation()))
        .withExits(policy);
  }
}
