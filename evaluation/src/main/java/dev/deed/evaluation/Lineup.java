package dev.deed.evaluation;

import dev.deed.checkpoint.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * What runs in an evaluation: every policy of every model, and full depth of every model even where
 * it is not asked for, since agreement and reductions refer to it.
 *
 * @param entries in the order of the report
 */
record Lineup(List<Entry> entries) {
  /**
   * One run.
   *
   * @param contestant what runs
   * @param reference index of the entry that is full depth of the same model
   * @param shown whether it gets a row
   */
  record Entry(Contestant contestant, int reference, boolean shown) {}

  Lineup {
    entries = List.copyOf(entries);
  }

  /**
   * Lines up policies and models. A policy must suit the first model; of the models to compare
   * with, which may have fewer layers or no exits, those that do not suit are left out with a note.
   *
   * @throws InputException when a policy does not suit the first model
   */
  static Lineup of(
      List<NamedModel> models, List<EvaluationPolicy> policies, EvaluationListener listener) {
    List<Entry> entries = new ArrayList<>();
    for (NamedModel model : models) {
      List<EvaluationPolicy> suiting = new ArrayList<>();
      for (EvaluationPolicy policy : policies) {
        try {
          new Contestant(model.name(), model.model(), policy).check();
          suiting.add(policy);
        } catch (InputException e) {
          if (model == models.getFirst()) {
            throw e;
          }
          listener.note("left out: " + e.getMessage());
        }
      }
      int asked = suiting.size();
      int full = indexOfFull(suiting);
      if (full < 0) {
        full = asked;
        suiting.add(EvaluationPolicy.FULL);
      }
      int reference = entries.size() + full;
      for (int i = 0; i < suiting.size(); i++) {
        entries.add(
            new Entry(
                new Contestant(model.name(), model.model(), suiting.get(i)), reference, i < asked));
      }
    }
    return new Lineup(entries);
  }

  /** Index of full depth of the first model. */
  int reference() {
    return entries.getFirst().reference();
  }

  private static int indexOfFull(List<EvaluationPolicy> policies) {
    for (int i = 0; i < policies.size(); i++) {
      if (policies.get(i).kind() == EvaluationPolicy.Kind.FULL) {
        return i;
      }
    }
    return -1;
  }
}
