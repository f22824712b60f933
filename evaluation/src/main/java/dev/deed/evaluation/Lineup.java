package dev.deed.evaluation;

import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * What runs in an evaluation: every policy of every model, and full depth of every model even where
 * it is not asked for, since agreement and reductions refer to it. Policies that come to the same
 * for a model share one run, so that chance cannot tell them apart.
 *
 * @param entries in the order of the report
 * @param runs in any order
 * @param baseline index of the run that reductions refer to
 */
record Lineup(List<Entry> entries, List<Run> runs, int baseline) {
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
   * with, which may have fewer layers or no exits, those that do not suit are left out with a note.
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
      boolean isSplit = !baseline.held() && model.hasLanguage();
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
