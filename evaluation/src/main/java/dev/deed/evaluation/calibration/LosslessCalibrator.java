package dev.deed.evaluation.calibration;

import dev.deed.Request;
import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.RunTotals;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.evaluation.calibration.Calibration.Verified;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Observation;
import dev.deed.model.spec.ExitSpec;
import dev.deed.value.DraftPrecision;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses when drafts of lossless exits leave, and whether narrow layers make them, by decode time
 * alone. All candidates run on the examples of the search, the cheapest of them on the others; a
 * few of these with narrow layers too, where the model is held in wider ones. Times follow from
 * what tokens, layers, rows and head look-ups were measured to cost on this machine, full depth
 * among them. Immutable.
 *
 * @param candidates when drafts may leave
 * @param ngrams lengths of the runs of the encoder's input that drafts come from; 0: none do
 * @param searchExamples examples of the search; the others, at least one, measure the cheapest
 * @param seed of the order in which examples are dealt
 */
public record LosslessCalibrator(
    Evaluator evaluator,
    Candidates candidates,
    List<Integer> ngrams,
    int searchExamples,
    long seed) {
  /** So many settings are measured again. */
  private static final int MOST_TESTED = 8;

  /** So many of them are measured with narrow layers too. */
  private static final int MOST_NARROW = 2;

  /**
   * @throws InputException when nothing can draft: the model has no exits and is held in bytes; or
   *     an example cannot be decoded
   * @throws IllegalStateException when an answer is not that of full depth, which DEED promises
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public Calibration calibrate(NamedModel model, EvaluationData data, EvaluationListener listener) {
    int testExamples = data.size() - searchExamples;
    InputException.require(
        testExamples > 0, "calibrate", "no example is left for the test", "give more examples");
    EvaluationData dealt = data.shuffled(seed);
    EvaluationData search = dealt.part(0, searchExamples);
    EvaluationData test = dealt.part(searchExamples, data.size());

    List<ExitSettings> policies = policies(model, search);
    listener.note(
        "search: %,d settings on %,d examples".formatted(policies.size() - 1, searchExamples));
    PricedRuns searched = measure(model, search, policies, listener);
    List<ExitSettings> cheapest = new ArrayList<>(List.of(ExitSettings.full()));
    promising(searched, policies).forEach(i -> cheapest.add(policies.get(i)));
    List<ExitSettings> narrow = narrow(model, cheapest);
    if (!narrow.isEmpty()) {
      model.model().internals().fitDraftHead(requests(search), answers(searched));
    }
    cheapest.addAll(narrow);
    listener.note(
        "again: %,d settings on %,d examples".formatted(cheapest.size() - 1, testExamples));
    PricedRuns again = measure(model, test, cheapest, listener);
    Estimate[] reductions = again.reductions();
    List<Tested> tested = new ArrayList<>();
    for (int i = 1; i < cheapest.size(); i++) {
      tested.add(tested(cheapest.get(i), again, i, reductions[i]));
    }
    return new Calibration(
        null,
        policies.size() - 1,
        searchExamples,
        testExamples,
        again.times(0),
        List.copyOf(tested));
  }

  private static List<Request> requests(EvaluationData data) {
    return data.examples().stream()
        .map(example -> new Request(example.input(), example.options(ExitSettings.own())))
        .toList();
  }

  private static List<List<Integer>> answers(PricedRuns runs) {
    return runs.runs().getFirst().stream().map(Observation::tokenIds).toList();
  }

  /** Narrow layers that run to their end, and those that leave as the cheapest settings say. */
  private static List<ExitSettings> narrow(NamedModel model, List<ExitSettings> cheapest) {
    if (isHeldInBytes(model)) {
      return List.of();
    }
    List<ExitSettings> narrow = new ArrayList<>();
    for (ExitSettings policy : cheapest.subList(0, Math.min(cheapest.size(), 1 + MOST_NARROW))) {
      narrow.add(
          policy
              .with(ExitSetting.LOSSLESS, true)
              .with(ExitSetting.DRAFT_PRECISION, DraftPrecision.INT8));
    }
    return narrow;
  }

  /**
   * The settings whose counts come to least. Of those with the same counts one stands for all, of a
   * threshold in their middle: the farthest from where counts change.
   */
  private static List<Integer> promising(PricedRuns searched, List<ExitSettings> policies) {
    Map<List<Double>, List<Integer>> alike = new LinkedHashMap<>();
    for (int i = 1; i < policies.size(); i++) {
      alike.computeIfAbsent(searched.times(i).counts(), counts -> new ArrayList<>()).add(i);
    }
    return alike.values().stream()
        .sorted(Comparator.comparingDouble(group -> searched.times(group.getFirst()).ofCounts()))
        .limit(MOST_TESTED)
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
    Double threshold = policy.get(ExitSetting.THRESHOLD);
    return threshold == null ? ExitSettings.DEFAULT_THRESHOLD : threshold;
  }

  private static boolean hasExits(NamedModel model) {
    ExitSpec exits = model.model().internals().spec().exits();
    return exits != null && exits.layers().size() > 1;
  }

  private static boolean isHeldInBytes(NamedModel model) {
    return model.model().internals().folder().precision().bytes() == Byte.BYTES;
  }

  /** Full depth, then the candidates; of a model without exits, narrow layers are all there is. */
  List<ExitSettings> policies(NamedModel model, EvaluationData search) {
    List<ExitSettings> policies = new ArrayList<>(List.of(ExitSettings.full()));
    if (!hasExits(model) && !isHeldInBytes(model)) {
      return policies;
    }
    for (ExitSettings candidate : candidates.policies(model.model(), search.examples())) {
      for (int length : ngrams) {
        policies.add(
            candidate
                .with(ExitSetting.LOSSLESS, true)
                .with(ExitSetting.DRAFT_NGRAMS, length > 0 ? length : null));
      }
    }
    return policies;
  }

  private static Tested tested(
      ExitSettings policy, PricedRuns measured, int index, Estimate reduction) {
    double[] sum = measured.sums(index);
    Verified verified =
        new Verified(
            sum[RunTotals.ACCEPTED] / Math.max(1, sum[RunTotals.DRAFTED]),
            sum[RunTotals.DRAFTED] / Math.max(1, sum[RunTotals.VERIFICATIONS]),
            sum[RunTotals.LAYER_PASSES] / measured.sums(0)[RunTotals.LAYER_PASSES]);
    return new Tested(policy, verified, measured.times(index), reduction);
  }

  private PricedRuns measure(
      NamedModel model,
      EvaluationData data,
      List<ExitSettings> policies,
      EvaluationListener listener) {
    PricedRuns measured = PricedRuns.measure(evaluator, model, data, policies, listener);
    List<Observation> full = measured.runs().getFirst();
    for (int i = 1; i < policies.size(); i++) {
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
}
