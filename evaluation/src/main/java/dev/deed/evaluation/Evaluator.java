package dev.deed.evaluation;

import dev.deed.Generation;
import dev.deed.ModelInternals;
import dev.deed.Request;
import dev.deed.decode.exit.ExitCriterion.Threshold;
import dev.deed.decode.exit.ExitRule;
import dev.deed.evaluation.Bootstrap.Estimate;
import dev.deed.evaluation.EvaluationRow.DraftFigures;
import dev.deed.evaluation.EvaluationRow.ExitProfile;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.value.ExitHistory;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /**
   * What runs in an evaluation: every policy of every model, and full depth of every model even
   * where it is not asked for, since agreement and reductions refer to it. Policies that come to
   * the same for a model share one run, so that chance cannot tell them apart.
   *
   * @param entries in the order of the report
   * @param runs in any order
   * @param baseline index of the run that reductions refer to
   */
  private record Lineup(List<Entry> entries, List<Run> runs, int baseline) {
    /** A row of the report, and the index of its run. */
    record Entry(Contestant contestant, int run) {}

    /**
     * What is run.
     *
     * @param contestant the first of those that share it
     * @param reference index of the run that is full depth of the same model
     */
    record Run(Contestant contestant, int reference) {}

    /**
     * Lines up policies and models. A policy must suit the first model; of the models to compare
     * with, which may have fewer layers or no exits, those that do not suit are left out with a
     * note.
     *
     * @param baseline what full depth is that reductions refer to. {@link EvaluationPolicy#PLAIN}
     *     takes the place of {@link EvaluationPolicy#FULL} among the policies, and a model with a
     *     language of its own gets {@link EvaluationPolicy#FORCED} beside it
     * @throws InputException when a policy does not suit the first model
     */
    static Lineup of(
        List<NamedModel> models,
        List<EvaluationPolicy> policies,
        EvaluationPolicy baseline,
        EvaluationListener listener) {
      List<Entry> entries = new ArrayList<>();
      List<Run> runs = new ArrayList<>();
      int compared = 0;
      for (NamedModel model : models) {
        SequencedMap<Contestant.Meaning, Contestant> meanings = new LinkedHashMap<>();
        List<Contestant> suiting = new ArrayList<>();
        boolean isSplit = !baseline.isConstrained() && model.hasLanguage();
        for (EvaluationPolicy policy : isSplit ? split(policies) : policies) {
          Contestant contestant = new Contestant(model, policy);
          try {
            meanings.putIfAbsent(contestant.meaning(), contestant);
            suiting.add(contestant);
          } catch (InputException e) {
            if (model == models.getFirst()) {
              throw e;
            }
            listener.note("left out: " + e.getMessage());
          }
        }
        Contestant full = new Contestant(model, EvaluationPolicy.FULL);
        meanings.putIfAbsent(full.meaning(), full);
        Contestant plain = new Contestant(model, baseline);
        meanings.putIfAbsent(plain.meaning(), plain);
        List<Contestant.Meaning> order = List.copyOf(meanings.sequencedKeySet());
        int before = runs.size();
        int reference = before + order.indexOf(full.meaning());
        compared = before == 0 ? order.indexOf(plain.meaning()) : compared;
        meanings.values().forEach(contestant -> runs.add(new Run(contestant, reference)));
        for (Contestant contestant : suiting) {
          entries.add(new Entry(contestant, before + order.indexOf(contestant.meaning())));
        }
      }
      return new Lineup(entries, runs, compared);
    }

    private static List<EvaluationPolicy> split(List<EvaluationPolicy> policies) {
      return policies.stream()
          .flatMap(
              policy ->
                  policy.equals(EvaluationPolicy.FULL)
                      ? Stream.of(EvaluationPolicy.PLAIN, EvaluationPolicy.FORCED)
                      : Stream.of(policy))
          .toList();
    }
  }

  /**
   * The figures of a row as functions of sums over examples.
   *
   * @param run what the row is about
   * @param reference full depth of the first model, which reductions refer to
   * @param batch how many examples were decoded together
   */
  record RowFigures(RunTotals run, RunTotals reference, int batch) {
    private static final List<Figure> FIGURES = List.of(Figure.values());

    EvaluationRow row(
        String model,
        EvaluationPolicy policy,
        @Nullable ExitSettings resolved,
        @Nullable String sameAs,
        ExitProfile exits) {
      int examples = run.vectors().size();
      int batches = Math.ceilDiv(examples, batch);
      Estimate[] e = Bootstrap.DEFAULT.estimate(examples, this::values);
      Estimate[] timed =
          batch == 1
              ? e
              : Bootstrap.DEFAULT.estimate(batches, counts -> values(ofExamples(counts, examples)));
      Map<Figure, Estimate> figures = new EnumMap<>(Figure.class);
      FIGURES.forEach(figure -> figures.put(figure, (figure.timed ? timed : e)[figure.ordinal()]));
      Map<String, Estimate> metrics = new LinkedHashMap<>();
      for (int m = 0; m < run.metrics().size(); m++) {
        metrics.put(run.metrics().get(m).name(), e[FIGURES.size() + m]);
      }
      return new EvaluationRow(
          model, policy, resolved, sameAs, metrics, figures, drafts(), exits, batches);
    }

    /** The examples of a batch share a time, so a batch is drawn with all of them. */
    private int[] ofExamples(int[] batches, int examples) {
      int[] counts = new int[examples];
      Arrays.setAll(counts, i -> batches[i / batch]);
      return counts;
    }

    /** Every {@link Figure}, then the metrics; examples count so often, [examples], not all 0. */
    double[] values(int[] counts) {
      double[] sum = run.sum(counts);
      double[] full = reference.sum(counts);
      double[] values = new double[FIGURES.size() + run.metrics().size()];
      FIGURES.forEach(figure -> values[figure.ordinal()] = figure.of(sum, full));
      for (int m = 0; m < run.metrics().size(); m++) {
        values[FIGURES.size() + m] = run.metric(m, sum);
      }
      return values;
    }

    /** What became of drafts; null where nothing was verified. */
    private @Nullable DraftFigures drafts() {
      double[] sum = Metric.sum(run.vectors());
      if (sum[RunTotals.VERIFICATIONS] == 0) {
        return null;
      }
      Estimate[] shares =
          Bootstrap.DEFAULT.estimate(
              run.vectors().size(),
              counts -> {
                double[] drawn = run.sum(counts);
                return new double[] {
                  drawn[RunTotals.ACCEPTED] / Math.max(1, drawn[RunTotals.DRAFTED]),
                  drawn[RunTotals.DRAFTED] / Math.max(1, drawn[RunTotals.VERIFICATIONS])
                };
              });
      return new DraftFigures(
          (int) sum[RunTotals.DRAFTED],
          (int) sum[RunTotals.ACCEPTED],
          (int) sum[RunTotals.VERIFICATIONS],
          shares[0],
          shares[1],
          (int) (sum[RunTotals.EXAMPLES] - sum[RunTotals.AGREEING]));
    }
  }

  /** One model under one policy. */
  private record Contestant(NamedModel model, EvaluationPolicy policy) {
    /** Above every confidence. */
    private static final double NEVER = 2;

    /** Below every confidence. */
    private static final double ALWAYS = -2;

    /**
     * What a policy comes to: policies of a model with equal ones decode alike.
     *
     * @param rule in its reduced form
     * @param held whether a language of the model's own holds answers
     * @param drafts what is said of drafts alone; null where nothing is verified
     */
    record Meaning(ExitRule rule, boolean isConstrained, @Nullable ExitSettings drafts) {}

    /**
     * @throws InputException when the policy does not suit the model
     */
    Meaning meaning() {
      try {
        ModelInternals internals = model.model().internals();
        ExitSettings effective = internals.resolvedExits(policy.exits());
        return new Meaning(
            reduced(internals.exitRule(policy.exits())),
            policy.isConstrained() && model.hasLanguage(),
            effective.isLossless() ? effective.drafts() : null);
      } catch (InputException e) {
        throw e.in("policy " + policy.label() + " of " + model.name());
      }
    }

    /**
     * A form in which checked rules that decode alike are equal: for comparing, not for running.
     */
    private static ExitRule reduced(ExitRule rule) {
      if (rule.layers().size() == 1) {
        // No step goes deeper than another, so no history is ever filled or copied.
        return ExitRule.atLayer(rule.lastLayer());
      }
      return rule.criterion() instanceof Threshold threshold ? reduced(threshold, rule) : rule;
    }

    private static ExitRule reduced(Threshold threshold, ExitRule rule) {
      // At its lowest and its highest along the answer.
      boolean never = Math.min(threshold.value(), threshold.at(Integer.MAX_VALUE)) > 1;
      boolean always = Math.max(threshold.value(), threshold.at(0)) < -1;
      double value = never ? NEVER : always ? ALWAYS : threshold.value();
      double decay = never || always ? 0 : threshold.decay();
      return new ExitRule(
          rule.confidence(),
          new Threshold(value, decay),
          rule.gate(),
          rule.layers(),
          never ? ExitHistory.JIT : rule.history());
    }

    /**
     * Decodes examples as one batch.
     *
     * @throws InputException naming the example that cannot be decoded
     * @throws CancellationException when the thread was interrupted: a cut answer would count as
     *     wrong
     */
    List<Observation> run(List<EvaluationExample> batch) {
      List<Result<Generation>> results =
          model
              .model()
              .generate(
                  batch.stream()
                      .map(example -> new Request(example.input(), example.options(policy)))
                      .toList());
      List<Observation> observations = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        Generation generation =
            switch (results.get(i)) {
              case Result.Answered(Generation answer) -> answer;
              case Result.Refused(InputException error) -> throw error.in(batch.get(i).where());
            };
        if (generation.finish() == Finish.CANCELLED) {
          throw new CancellationException("the evaluation was interrupted");
        }
        observations.add(Observation.of(generation, batch.size()));
      }
      return observations;
    }
  }
}
