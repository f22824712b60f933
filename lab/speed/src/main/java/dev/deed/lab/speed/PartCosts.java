package dev.deed.lab.speed;

import dev.deed.EncoderDecoderModel;
import dev.deed.Input;
import dev.deed.Prepared;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.evaluation.Bootstrap;
import dev.deed.evaluation.Bootstrap.Estimate;
import dev.deed.evaluation.Median;
import dev.deed.evaluation.WarmUp;
import dev.deed.lab.speed.ImposedExits.Stop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What the parts of decoding one input cost, in milliseconds, found from runs of known depth:
 * medians of the repeats.
 *
 * @param encode the encoder
 * @param byDepth a token when every step stops at layer 1, 2, … N
 * @param layer one step's walk through one decoder layer
 * @param projection keys and values of the encoder output in one layer
 * @param check one exit that is asked (max_prob) and passed by: adapter, head, softmax
 * @param rest what a step costs besides its layers: embedding, one head look-up, choice of the
 *     token
 * @param filledRow one more row in a walk through a layer: a position filled just in time, mean of
 *     all layers; the last one makes keys and values of it alone
 */
record PartCosts(
    Estimate encode,
    List<Double> byDepth,
    Estimate layer,
    Estimate projection,
    Estimate check,
    Estimate rest,
    Estimate filledRow) {
  /** A step in so many goes deep and fills what the ones before skipped. */
  private static final int FILL_EVERY = 8;

  private static final double NEVER = 2;

  /** An input with the rule and the number of tokens to measure, and what it took. */
  private record Run(Prepared input, List<Double> millis) {
    void repeat(EncoderDecoderModel model) {
      millis.add(ModelBench.took(() -> model.internals().decode(List.of(input))).clock());
    }

    double at(int repeat) {
      return millis.get(repeat);
    }

    double median() {
      return Median.of(millis, Double::doubleValue);
    }
  }

  /**
   * Measures the parts of a model.
   *
   * @param newTokens tokens of the longer runs, at least 2
   */
  static PartCosts measure(
      EncoderDecoderModel model, Input input, int newTokens, int repeats, WarmUp warmUp) {
    int layers = model.internals().spec().decoderLayers();
    Prepared one = ModelBench.prepare(model, List.of(input), 1).getFirst();
    Prepared all = ModelBench.prepare(model, List.of(input), newTokens).getFirst();
    List<Run> depths =
        IntStream.rangeClosed(1, layers)
            .mapToObj(depth -> run(all, ExitRule.atLayer(depth)))
            .toList();
    Run firstShallow = run(one, ExitRule.atLayer(1));
    Run firstDeep = run(one, ExitRule.atLayer(layers));
    Run asking =
        run(
            all,
            ExitRule.threshold(
                Confidence.MAX_PROB, NEVER, IntStream.rangeClosed(1, layers).boxed().toList()));
    Run filling = run(all, filling(layers));
    List<Run> runs = new ArrayList<>(depths);
    Collections.addAll(runs, firstShallow, firstDeep, asking, filling);
    warmUp.run(() -> runs.forEach(run -> run.repeat(model)));
    runs.forEach(run -> run.millis.clear());
    List<Double> encodes = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      encodes.add(ModelBench.prepare(model, List.of(input), 1).getFirst().encodeMillis());
      runs.forEach(run -> run.repeat(model));
    }
    int steps = newTokens - 1;
    int deep = newTokens / FILL_EVERY;
    long skipped = (long) (layers - 1) * (newTokens - deep);
    long filled = (long) (layers - 1) * (FILL_EVERY - 1) * deep;
    Run shallow = depths.getFirst();
    Run full = depths.getLast();
    // Of the runs of one repeat, which followed each other: what disturbs them disturbs all.
    List<Double> layer =
        each(
            repeats,
            i ->
                (full.at(i) - firstDeep.at(i) - shallow.at(i) + firstShallow.at(i))
                    / (layers - 1)
                    / steps);
    return new PartCosts(
        median(encodes),
        depths.stream().map(run -> run.median() / newTokens).toList(),
        median(layer),
        median(
            each(
                repeats,
                i -> (firstDeep.at(i) - firstShallow.at(i)) / (layers - 1) - layer.get(i))),
        median(each(repeats, i -> (asking.at(i) - full.at(i)) / (layers - 1) / newTokens)),
        median(each(repeats, i -> (shallow.at(i) - firstShallow.at(i)) / steps - layer.get(i))),
        median(each(repeats, i -> (filling.at(i) - full.at(i) + skipped * layer.get(i)) / filled)));
  }

  private static List<Double> each(int repeats, IntToDoubleFunction ofRepeat) {
    return IntStream.range(0, repeats).mapToObj(ofRepeat::applyAsDouble).toList();
  }

  private static Estimate median(List<Double> repeats) {
    return Bootstrap.DEFAULT.estimateOne(
        repeats.size(),
        counts -> Median.of(BenchRow.resample(repeats, counts), Double::doubleValue));
  }

  private static Run run(Prepared input, ExitRule rule) {
    return new Run(input.with(search -> Searches.withRule(search, rule)), new ArrayList<>());
  }

  /** Nothing but the emitting exit is asked for logits, so that only depth differs. */
  private static ExitRule filling(int layers) {
    List<Stop> schedule = new ArrayList<>(Collections.nCopies(FILL_EVERY, Stop.at(1)));
    schedule.set(FILL_EVERY - 1, Stop.at(layers));
    return new ImposedExits(schedule, List.of(1, layers)).rule(Confidence.SIMILARITY);
  }
}
