package dev.deed.evaluation;

import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What runs in an evaluation: every policy of every model, and full depth of every model even where
 * it is not asked for, since agreement and reductions refer to it. Policies that come to the same
 * for a model share one run, so that chance cannot tell them apart.
 *
 * @param entries in the order of the report
 * @param runs in any order
 */
record Lineup(List<Entry> entries, List<Run> runs) {
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
   * @throws InputException when a policy does not suit the first model
   */
  static Lineup of(
      List<NamedModel> models, List<EvaluationPolicy> policies, EvaluationListener listener) {
    List<Entry> entries = new ArrayList<>();
    List<Run> runs = new ArrayList<>();
    for (NamedModel model : models) {
      SequencedMap<Contestant.Meaning, Contestant> meanings = new LinkedHashMap<>();
      List<Contestant> suiting = new ArrayList<>();
      for (EvaluationPolicy policy : policies) {
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
      List<Contestant.Meaning> order = List.copyOf(meanings.sequencedKeySet());
      int before = runs.size();
      int reference = before + order.indexOf(full.meaning());
      meanings.values().forEach(contestant -> runs.add(new Run(contestant, reference)));
      for (Contestant contestant : suiting) {
        entries.add(new Entry(contestant, before + order.indexOf(contestant.meaning())));
      }
    }
    return new Lineup(entries, runs);
  }

  int reference() {
    return runs.getFirst().reference();
  }
}
