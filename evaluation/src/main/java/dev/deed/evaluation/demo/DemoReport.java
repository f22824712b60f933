package dev.deed.evaluation.demo;

import dev.deed.Generation;
import dev.deed.evaluation.Spread;
import dev.deed.evaluation.cost.Median;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.value.ExitSettings;
import dev.deed.value.Timing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the demonstration measured of a model.
 *
 * @param model its folder
 * @param settings when steps stopped, for each way of decoding that was measured, in their order
 * @param shown the way in which answers are shown, one of those measured
 * @param layers decoder layers of the model
 * @param repeats how often each sample was measured in each way; of times the medians count
 * @param rows one for each sample, at least one
 */
public record DemoReport(
    Path model,
    Map<Decoding, ExitSettings> settings,
    Decoding shown,
    int layers,
    int repeats,
    List<DemoRow> rows) {
  private static final List<ToDoubleFunction<Timing>> DECODING = List.of(Timing::decodeMillis);

  private static final List<ToDoubleFunction<Timing>> ALL =
      List.of(Timing::preprocessMillis, Timing::encodeMillis, Timing::decodeMillis);

  String name() {
    Path name = model.getFileName();
    return name == null ? model.toString() : name.toString();
  }

  /**
   * Answers of lossless exits that are not those of full depth: a line where there are any. There
   * are none unless DEED is wrong.
   */
  List<String> violations() {
    if (!settings.containsKey(Decoding.LOSSLESS)) {
      return List.of();
    }
    long wrong = rows.size() - equal(Decoding.LOSSLESS);
    return wrong == 0
        ? List.of()
        : List.of(
            ("ERROR: %s of %s: %d of %d answers are not those of full depth, as lossless exits"
                    + " promise; use full, and report it")
                .formatted(settings.get(Decoding.LOSSLESS), model, wrong, rows.size()));
  }

  /** Samples whose answer has the tokens of full depth. */
  long equal(Decoding way) {
    return rows.stream().filter(row -> row.runs(way).equalToFull()).count();
  }

  double tokens(Decoding way) {
    return sum(way, Runs::tokens);
  }

  /** Over all tokens of all samples; where drafts are verified, of the layer that drafted them. */
  double meanExitLayer(Decoding way) {
    return sum(way, Runs::exitLayerSum) / tokens(way);
  }

  /**
   * Decoder layers run, fills counted, by those of full depth for the same tokens. Both count the
   * positions of a decoder prompt.
   */
  double layersRunShare(Decoding way) {
    return count(way, Generation::layersRun) / count(way, Generation::layersPossible);
  }

  /**
   * Passes over a layer's weights by those of full depth for the same tokens: a block of positions
   * that ran together is one.
   */
  double layerPassesShare(Decoding way) {
    return count(way, Generation::layerPasses) / (tokens(way) * layers);
  }

  double count(Decoding way, ToDoubleFunction<Generation> figure) {
    return sum(way, runs -> figure.applyAsDouble(runs.generation()));
  }

  /** Mean of the samples' medians of a time, in milliseconds. */
  double meanMillis(Decoding way, ToDoubleFunction<Timing> time) {
    return sum(way, runs -> time.applyAsDouble(runs.median())) / rows.size();
  }

  private double sum(Decoding way, ToDoubleFunction<Runs> figure) {
    return rows.stream().mapToDouble(row -> figure.applyAsDouble(row.runs(way))).sum();
  }

  Reduction decodeReduction(Decoding way) {
    return reduction(way, DECODING);
  }

  Reduction totalReduction(Decoding way) {
    return reduction(way, ALL);
  }

  /**
   * Of sums of the samples' medians. The rounds are what is drawn: in each, all samples ran in
   * every way, so what disturbs a round is in all of them.
   */
  private Reduction reduction(Decoding way, List<ToDoubleFunction<Timing>> parts) {
    return Reduction.of(
        repeats, counts -> 1 - sum(way, counts, parts) / sum(Decoding.FULL, counts, parts));
  }

  private double sum(Decoding way, int[] counts, List<ToDoubleFunction<Timing>> parts) {
    double sum = 0;
    for (DemoRow row : rows) {
      for (ToDoubleFunction<Timing> part : parts) {
        sum += Median.of(row.runs(way).timings(), counts, part);
      }
    }
    return sum;
  }

  Spread spread() {
    return Spread.of(totals());
  }

  /** Total times in milliseconds: for each sample and way those of its runs. */
  List<List<Double>> totals() {
    return rows.stream()
        .flatMap(row -> row.runs().values().stream())
        .map(runs -> runs.timings().stream().map(Timing::totalMillis).toList())
        .toList();
  }
}
