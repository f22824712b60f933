package dev.deed.evaluation;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.data.InputLine;
import dev.deed.evaluation.DemoReport.Decoding;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.processing.tokenizer.TextStream;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.OneLine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Shows a model on samples, and evaluates it on them. Belongs to one thread. */
public final class Demonstration {
  /** So often samples are measured where nobody says how often. */
  private static final int REPEATS = 7;

  private static final int MOST_REPEATS = 200;

  /** An interval of a reduction that is worth more repetitions. */
  private static final double WIDE = 0.1;

  private final EncoderDecoderModel model;
  private final List<InputLine> samples;
  private final EvaluationData data;

  /**
   * @param model stays the caller's to close
   * @param file what messages call the samples' file
   * @param samples at least one
   * @throws InputException when the model has no exits, or no threshold of its own, or a sample
   *     cannot be used
   */
  public Demonstration(EncoderDecoderModel model, Path file, List<InputLine> samples) {
    String folder = model.internals().folder().path().toString();
    InputException.require(
        model.internals().spec().exits() != null,
        folder,
        "the model has no exits",
        "give a model with exits to see where tokens leave it");
    InputException.require(
        model.internals().resolvedExits(ExitSettings.own()).measure() != null,
        folder,
        "the model states no exit threshold",
        "choose one with deed calibrate");
    this.model = model;
    this.samples = List.copyOf(samples);
    this.data = EvaluationData.inputs(file, samples);
  }

  /**
   * The answer to the first sample with early exits, below what was asked.
   *
   * @throws InputException when it cannot be decoded
   */
  public String show(ExitMarks marks) {
    InputLine sample = samples.getFirst();
    EvaluationExample example = data.examples().getFirst();
    Generation answer;
    try {
      answer = model.generate(example.input(), example.options(ExitSettings.own()));
    } catch (InputException e) {
      throw e.in(example.where());
    }
    String prompt = sample.prompt() == null ? sample.decoderPrompt() : sample.prompt();
    String question = prompt == null ? "" : ": " + OneLine.of(prompt);
    return sample.name() + question + "\n" + marks.show(answer, pieces(answer.tokenIds()));
  }

  /** The text that each token adds; token ids where the model has no tokenizer. */
  List<String> pieces(List<Integer> tokenIds) {
    TextStream stream = model.internals().textStream();
    if (stream == null) {
      return tokenIds.stream().map(id -> " " + id).toList();
    }
    List<String> pieces = new ArrayList<>();
    tokenIds.forEach(id -> pieces.add(stream.append(id)));
    pieces.add(pieces.removeLast() + stream.finish());
    return pieces;
  }

  /** Measures every sample so often in every way of decoding. */
  public DemoReport measure(int repeats, WarmUp warmUp) {
    return report(evaluate(repeats, warmUp));
  }

  /**
   * Measures likewise, and where an interval is wide once more: as often as there is time for.
   *
   * @param time for all of it, about
   */
  public DemoReport measureWithin(Duration time, WarmUp warmUp) {
    long end = System.nanoTime() + time.toNanos();
    Evaluation found = evaluate(REPEATS, warmUp);
    double round =
        samples.size()
            * found.rows().stream().mapToDouble(row -> row.figure(Figure.TOTAL_MS).value()).sum();
    int more = (int) Math.min(MOST_REPEATS, (end - System.nanoTime()) / 1e6 / round);
    return report(
        more > REPEATS && found.rows().stream().skip(1).anyMatch(Demonstration::isWide)
            ? evaluate(more, WarmUp.upTo(Duration.ZERO))
            : found);
  }

  private static boolean isWide(EvaluationRow row) {
    return Stream.of(Figure.DECODE_REDUCTION, Figure.TOTAL_REDUCTION)
        .map(row::reduction)
        .anyMatch(
            saved -> !saved.isMeasurable() || saved.share().high() - saved.share().low() > WIDE);
  }

  private Evaluation evaluate(int repeats, WarmUp warmUp) {
    // Runs, not samples, are what intervals are drawn from: what is said is said of these samples.
    List<EvaluationExample> rounds =
        Collections.nCopies(repeats, data.examples()).stream().flatMap(List::stream).toList();
    return new Evaluator(1, 1, warmUp)
        .evaluate(
            List.of(new NamedModel(folder().toString(), model)),
            new EvaluationData(data.file(), rounds),
            List.of(),
            policies(),
            new EvaluationListener() {});
  }

  /** Without lossless exits where an answer is a beam search, which knows none. */
  private List<EvaluationPolicy> policies() {
    List<EvaluationPolicy> policies =
        Stream.of(Decoding.FULL, Decoding.EARLY, Decoding.LOSSLESS)
            .flatMap(decoding -> EvaluationPolicy.list(decoding.policy()).stream())
            .toList();
    EvaluationPolicy lossless = policies.getLast();
    try {
      data.examples()
          .forEach(example -> model.internals().requireSuitable(example.options(lossless.exits())));
      return policies;
    } catch (InputException _) {
      return policies.subList(0, policies.size() - 1);
    }
  }

  private Path folder() {
    return model.internals().folder().path();
  }

  private DemoReport report(Evaluation found) {
    Map<Decoding, DemoReport.Way> ways = new EnumMap<>(Decoding.class);
    for (Decoding decoding : Decoding.values()) {
      for (int i = 0; i < found.rows().size(); i++) {
        if (found.rows().get(i).policy().label().equals(decoding.policy())) {
          ways.put(decoding, new DemoReport.Way(found.rows().get(i), found.runs().get(i)));
        }
      }
    }
    int layers = model.internals().spec().decoderLayers();
    return new DemoReport(folder(), layers, samples, ways);
  }
}
