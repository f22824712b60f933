package dev.deed.evaluation.calibration;

import dev.deed.ModelInternals;
import dev.deed.Request;
import dev.deed.decode.draft.DraftPrices;
import dev.deed.evaluation.DecodeCost;
import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationExample;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.EvaluationPolicy;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.Observation;
import dev.deed.evaluation.calibration.Calibration.Losses;
import dev.deed.evaluation.calibration.Calibration.Outcome;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.evaluation.calibration.Calibration.Verified;
import dev.deed.evaluation.calibration.Goal.Answers;
import dev.deed.evaluation.calibration.Goal.Judgement;
import dev.deed.model.spec.ExitSpec;
import dev.deed.value.DraftPrecision;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses when a model stops. All candidates run on the examples of the search; those that are
 * worth it run on the others, where they are tested. Counts say what a setting costs, the clock has
 * the last word. Immutable.
 *
 * <p>Without a goal lossless exits are calibrated: when drafts leave, and whether narrow layers
 * make them, is chosen by cost alone. The cheapest of the search run on the others; a few of these
 * with narrow layers too, where the model is held in wider ones.
 *
 * @param goal what must not be lost; null for lossless exits
 * @param candidates when tokens, or drafts, may leave
 * @param ngrams of lossless exits: lengths of the runs of the encoder's input that drafts come
 *     from; 0: none do
 * @param searchExamples examples of the search; the others, at least one, are the test
 * @param seed of the order in which examples are dealt
 */
public record Calibrator(
    Evaluator evaluator,
    @Nullable Goal goal,
    Candidates candidates,
    List<Integer> ngrams,
    int searchExamples,
    long seed) {
  /** Most settings to test for a goal. */
  private static final int MOST_TESTED = 24;

  /** So many lossless settings are measured again. */
  private static final int MOST_LOSSLESS = 8;

  /** So many of them are measured with narrow layers too. */
  private static final int MOST_NARROW = 2;

  /** For a goal. */
  public Calibrator(
      Evaluator evaluator, Goal goal, Candidates candidates, int searchExamples, long seed) {
    this(evaluator, goal, candidates, List.of(), searchExamples, seed);
  }

  /**
   * @throws InputException when the examples are too few for the promise, the model has no exits,
   *     nor for lossless exits narrow layers, or an example cannot be decoded
   * @throws IllegalStateException when the answer of a lossless setting is not that of full depth,
   *     which DEED promises
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public Calibration calibrate(NamedModel model, EvaluationData data, EvaluationListener listener) {
    int testExamples = data.size() - searchExamples;
    if (goal == null) {
      Goal.requireOne(testExamples);
    } else {
      goal.requireEnough(testExamples);
    }
    EvaluationData dealt = data.shuffled(seed);
    EvaluationData search = dealt.part(0, searchExamples);
    EvaluationData test = dealt.part(searchExamples, data.size());

    List<ExitSettings> policies = policies(model, search);
    CostedRuns searched = measure("search", model, search, policies, listener);
    List<Integer> sequence = goal == null ? cheapest(searched) : sequence(goal, searched);
    List<ExitSettings> chosen = new ArrayList<>(List.of(ExitSettings.full()));
    sequence.forEach(i -> chosen.add(policies.get(i)));
    if (goal == null && !isHeldInBytes(model)) {
      model.model().internals().fitDraftHead(requests(search), answers(searched));
      chosen.addAll(narrow(chosen));
    }
    CostedRuns tested = measure(goal == null ? "again" : "test", model, test, chosen, listener);
    List<Outcome> outcomes =
        goal == null ? verified(tested) : losses(goal, sequence, searched, tested);
    List<Tested> rows = new ArrayList<>();
    for (int i = 1; i < chosen.size(); i++) {
      rows.add(new Tested(chosen.get(i), outcomes.get(i - 1), tested.millis(i), tested.cost(i)));
    }
    return new Calibration(
        goal,
        policies.size() - 1,
        searchExamples,
        testExamples,
        tested.millis(0),
        List.copyOf(rows));
  }

  /**
   * Full depth, then the candidates; for lossless exits of a model without exits, narrow layers are
   * all there is.
   */
  List<ExitSettings> policies(NamedModel model, EvaluationData search) {
    List<ExitSettings> policies = new ArrayList<>(List.of(ExitSettings.full()));
    if (goal != null) {
      policies.addAll(candidates.policies(model.model(), search.examples()));
    } else if (hasExits(model) || isHeldInBytes(model)) {
      for (ExitSettings candidate : candidates.policies(model.model(), search.examples())) {
        for (int length : ngrams) {
          policies.add(
              candidate
                  .with(ExitSetting.LOSSLESS, true)
                  .with(ExitSetting.DRAFT_NGRAMS, length > 0 ? length : null));
        }
      }
    }
    return policies;
  }

  private static boolean hasExits(NamedModel model) {
    ExitSpec exits = model.model().internals().spec().exits();
    return exits != null && exits.layers().size() > 1;
  }

  private static boolean isHeldInBytes(NamedModel model) {
    return model.model().internals().folder().precision().bytes() == Byte.BYTES;
  }

  private CostedRuns measure(
      String what,
      NamedModel model,
      EvaluationData data,
      List<ExitSettings> policies,
      EvaluationListener listener) {
    listener.note(
        "%s: %,d settings on %,d examples".formatted(what, policies.size() - 1, data.size()));
    CostedRuns measured = CostedRuns.measure(evaluator, model, data, policies, listener);
    List<Observation> full = measured.runs().getFirst();
    for (int i = 1; goal == null && i < policies.size(); i++) {
      for (int k = 0; k < data.size(); k++) {
        if (!measured.runs().get(i).get(k).tokenIds().equals(full.get(k).tokenIds())) {
          throw new IllegalStateException(
              "ERROR: %s: the answer to %s is not that of full depth"
                  .formatted(policies.get(i), data.examples().get(k).where()));
        }
      }
    }
    return measured;
  }

  /** What the goal finds worth a test, in the order of the test; indices of settings. */
  private static List<Integer> sequence(Goal goal, CostedRuns searched) {
    int policies = searched.policies().size();
    double[] losses =
        IntStream.range(0, policies).mapToDouble(i -> goal.loss(searched.answers(i))).toArray();
    double[] costs = IntStream.range(0, policies).mapToDouble(searched::cost).toArray();
    return goal.sequence(losses, costs).stream()
        .filter(i -> i > 0 && costs[i] < 1)
        .limit(MOST_TESTED)
        .toList();
  }

  private static List<Outcome> losses(
      Goal goal, List<Integer> sequence, CostedRuns searched, CostedRuns tested) {
    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < sequence.size(); i++) {
      judgements.add(goal.judge(searched.answers(sequence.get(i)), tested.answers(i + 1)));
    }
    List<Boolean> accepted =
        goal.accepted(judgements.stream().mapToDouble(Judgement::pValue).toArray());
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < judgements.size(); i++) {
      outcomes.add(
          new Losses(
              goal.loss(searched.answers(sequence.get(i))),
              goal.loss(tested.answers(i + 1)),
              judgements.get(i),
              tested.share(i + 1, Effort::layersRun),
              accepted.get(i)));
    }
    return outcomes;
  }

  /**
   * The settings whose counts come to least. Of those that come to the same one stands for all, of
   * a threshold in their middle: the farthest from where counts change.
   */
  private static List<Integer> cheapest(CostedRuns searched) {
    List<ExitSettings> policies = searched.policies();
    SortedMap<Double, List<Integer>> alike = new TreeMap<>();
    for (int i = 1; i < policies.size(); i++) {
      alike.computeIfAbsent(searched.cost(i), cost -> new ArrayList<>()).add(i);
    }
    return alike.values().stream()
        .limit(MOST_LOSSLESS)
        .map(group -> middle(group, policies))
        .toList();
  }

  private static int middle(List<Integer> group, List<ExitSettings> policies) {
    List<Double> thresholds =
        group.stream().map(i -> threshold(policies.get(i))).distinct().sorted().toList();
    double middle = thresholds.get(thresholds.size() / 2);
    return group.stream()
        .filter(i -> threshold(policies.get(i)) == middle)
        .findFirst()
        .orElseThrow();
  }

  private static double threshold(ExitSettings policy) {
    return Objects.requireNonNullElse(
        policy.get(ExitSetting.THRESHOLD), ExitSettings.DEFAULT_THRESHOLD);
  }

  /** Narrow layers that run to their end, and those that leave as the cheapest settings say. */
  private static List<ExitSettings> narrow(List<ExitSettings> cheapest) {
    return cheapest.stream()
        .limit(1 + MOST_NARROW)
        .map(
            policy ->
                policy
                    .with(ExitSetting.LOSSLESS, true)
                    .with(ExitSetting.DRAFT_PRECISION, DraftPrecision.INT8))
        .toList();
  }

  private static List<Request> requests(EvaluationData data) {
    return data.examples().stream()
        .map(example -> new Request(example.input(), example.options(ExitSettings.own())))
        .toList();
  }

  private static List<List<Integer>> answers(CostedRuns runs) {
    return runs.runs().getFirst().stream().map(Observation::tokenIds).toList();
  }

  private static List<Outcome> verified(CostedRuns tested) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 1; i < tested.policies().size(); i++) {
      Drafts drafts =
          tested.runs().get(i).stream()
              .map(answer -> Objects.requireNonNull(answer.drafts()))
              .reduce(Drafts.NONE, Drafts::plus);
      outcomes.add(
          new Verified(
              (double) drafts.accepted() / Math.max(1, drafts.drafted()),
              (double) drafts.drafted() / Math.max(1, drafts.verifications()),
              tested.share(i, Effort::layerPasses)));
    }
    return outcomes;
  }

  /**
   * What was observed of some policies, full depth first.
   *
   * @param policies full depth first
   * @param runs [policies][examples]
   * @param shape what counts come to
   * @param prices of drafts, [policies]
   * @param layers of the decoder
   */
  record CostedRuns(
      List<EvaluationExample> examples,
      List<ExitSettings> policies,
      List<List<Observation>> runs,
      DecodeCost shape,
      List<DraftPrices> prices,
      int layers) {
    static CostedRuns measure(
        Evaluator evaluator,
        NamedModel model,
        EvaluationData data,
        List<ExitSettings> policies,
        EvaluationListener listener) {
      List<List<Observation>> runs =
          evaluator.observe(
              model, data, policies.stream().map(EvaluationPolicy::of).toList(), listener);
      ModelInternals internals = model.model().internals();
      return new CostedRuns(
          data.examples(),
          policies,
          runs,
          DecodeCost.of(internals.spec()),
          policies.stream().map(internals::draftPrices).toList(),
          internals.spec().decoderLayers());
    }

    Answers answers(int policy) {
      return new Answers(examples, runs.get(policy), runs.getFirst());
    }

    /** A count of a policy's answers, by that of full depth's. */
    double share(int policy, ToIntFunction<Effort> count) {
      return (double) sum(policy, count) / sum(0, count);
    }

    private long sum(int policy, ToIntFunction<Effort> count) {
      return runs.get(policy).stream().mapToLong(one -> count.applyAsInt(one.effort())).sum();
    }

    /** Decode times of the examples, in milliseconds. */
    List<Double> millis(int policy) {
      return runs.get(policy).stream().map(one -> one.timing().decodeMillis()).toList();
    }

    /**
     * What a policy's counts come to, by what full depth's do. Multiply-adds do not tell narrow
     * layers from wide ones: for drafts of these, prices by precision do.
     */
    double cost(int policy) {
      DraftPrices drafts = prices.get(policy);
      if (policies.get(policy).get(ExitSetting.DRAFT_PRECISION) != DraftPrecision.INT8
          || !drafts.narrow()) {
        return shape.of(runs.get(policy)) / shape.of(runs.getFirst());
      }
      double steps = 0;
      for (Observation one : runs.get(policy)) {
        int verifications = Objects.requireNonNull(one.drafts()).verifications();
        steps += drafts.narrowSteps(one.effort(), verifications, layers);
      }
      return steps * layers / sum(0, Effort::layersRun);
    }
  }
}
