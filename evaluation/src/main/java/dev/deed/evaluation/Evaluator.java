package dev.deed.evaluation;

import dev.deed.evaluation.cost.DecodeCost;
import dev.deed.evaluation.cost.Observation;
import dev.deed.evaluation.metrics.Metric;
import dev.deed.value.ExitSetting;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;

/**
 * Evaluates policies and models on a data set. All of them run on a batch of examples before the
 * next batch begins, each time in another order, so that a machine that slows down or heats up
 * slows all alike and none profits from its neighbour. Everything is run for every policy, encoder
 * and pictures too. Immutable; runs on the calling thread.
 *
 * @param batch examples that are decoded together, at least 1
 * @param repeats how often each run is measured, at least 1; of an example's times the medians
 *     count
 * @param warmUp untimed runs before
 */
public record Evaluator(int batch, int repeats, WarmUp warmUp) {
  /** So many batches are repeated while warming up. */
  private static final int WARM_UP_BATCHES = 4;

  private static final long ORDER_SEED = 20231115;

  public Evaluator {
    if (batch < 1 || repeats < 1) {
      throw new IllegalArgumentException("batch " + batch + ", repeats " + repeats);
    }
  }

  /**
   * @param models at least one; the first is the one that others are compared with
   * @param policies of the rows, at least one
   * @param metrics none where answers have no targets
   * @throws InputException when a policy does not suit the first model, or an example cannot be
   *     decoded, which it names
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public Evaluation evaluate(
      List<NamedModel> models,
      EvaluationData data,
      List<Metric> metrics,
      List<EvaluationPolicy> policies,
      EvaluationListener listener) {
    Lineup lineup = Lineup.of(models, policies, EvaluationPolicy.PLAIN, listener);
    List<List<Observation>> observed = run(models, lineup, data.examples(), listener);
    return new Evaluation(
        rows(lineup, data, metrics, observed),
        lineup.entries().stream().map(entry -> observed.get(entry.run())).toList(),
        DecodeCost.of(models.getFirst().model().internals().spec())
            .spread(observed.get(lineup.baseline()), batch));
  }

  /**
   * Runs policies and leaves every observation to the caller, of times the medians.
   *
   * @param policies at least one; those that come to the same share their observations
   * @return [policies][examples]
   * @throws InputException as {@link #evaluate} does
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public List<List<Observation>> observe(
      NamedModel model,
      EvaluationData data,
      List<EvaluationPolicy> policies,
      EvaluationListener listener) {
    Lineup lineup = Lineup.of(List.of(model), policies, EvaluationPolicy.FULL, listener);
    List<List<Observation>> observed = run(List.of(model), lineup, data.examples(), listener);
    return lineup.entries().stream().map(entry -> observed.get(entry.run())).toList();
  }

  /** Observations of every run and example, medians of the repeats: [runs][examples]. */
  private List<List<Observation>> run(
      List<NamedModel> models,
      Lineup lineup,
      List<EvaluationExample> examples,
      EvaluationListener listener) {
    List<List<EvaluationExample>> batches =
        examples.stream().gather(Gatherers.windowFixed(batch)).toList();
    noteMissingTokenizers(models, listener);
    listener.warmingUp();
    List<List<EvaluationExample>> first =
        batches.subList(0, Math.min(WARM_UP_BATCHES, batches.size()));
    warmUp.run(
        () -> first.forEach(part -> lineup.runs().forEach(run -> run.contestant().run(part))));
    int count = lineup.runs().size();
    listener.started((long) count * batches.size() * repeats);
    // A fixed succession would favour whoever follows the run that warms the caches best.
    Random order = new Random(ORDER_SEED);
    List<Integer> turns = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    List<List<List<Observation>>> observed = new ArrayList<>();
    for (int run = 0; run < count; run++) {
      observed.add(examples.stream().<List<Observation>>map(_ -> new ArrayList<>()).toList());
    }
    // The whole data set before it is repeated: what disturbs one run of an example is over when
    // its next one comes.
    for (int repeat = 0; repeat < repeats; repeat++) {
      for (int b = 0; b < batches.size(); b++) {
        Collections.shuffle(turns, order);
        for (int run : turns) {
          int at = b * batch;
          for (Observation seen : lineup.runs().get(run).contestant().run(batches.get(b))) {
            observed.get(run).get(at++).add(seen);
          }
          listener.advanced();
        }
      }
    }
    return observed.stream().map(run -> run.stream().map(Observation::median).toList()).toList();
  }

  /** An answer in ids never equals a target in words: whoever forgot the tokenizer should know. */
  private static void noteMissingTokenizers(List<NamedModel> models, EvaluationListener listener) {
    for (NamedModel model : models) {
      if (model.model().internals().textStream() == null) {
        listener.note(model.name() + " has no tokenizer: its answers are compared as token ids");
      }
    }
  }

  private List<EvaluationRow> rows(
      Lineup lineup, EvaluationData data, List<Metric> metrics, List<List<Observation>> observed) {
    List<RunTotals> totals = new ArrayList<>();
    for (int i = 0; i < observed.size(); i++) {
      Lineup.Run run = lineup.runs().get(i);
      totals.add(
          RunTotals.of(
              data.examples(),
              observed.get(i),
              observed.get(run.reference()),
              run.contestant().model().model().internals().spec().decoderLayers(),
              metrics));
    }
    RunTotals reference = totals.get(lineup.baseline());
    List<EvaluationRow> rows = new ArrayList<>();
    for (Lineup.Entry entry : lineup.entries()) {
      Contestant contestant = entry.contestant();
      Lineup.Run run = lineup.runs().get(entry.run());
      List<Observation> seen = observed.get(entry.run());
      EvaluationPolicy policy = contestant.policy();
      rows.add(
          new RowFigures(totals.get(entry.run()), reference, batch)
              .row(
                  contestant.model().name(),
                  policy,
                  policy.exits().get(ExitSetting.POLICY) == null
                      ? contestant.model().model().internals().resolvedExits(policy.exits())
                      : null,
                  contestant.equals(run.contestant()) ? null : run.contestant().policy().label(),
                  ExitProfile.of(
                      seen, contestant.model().model().internals().spec().decoderLayers())));
    }
    return rows;
  }
}
