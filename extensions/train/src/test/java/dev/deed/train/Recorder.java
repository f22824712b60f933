package dev.deed.train;

import java.util.ArrayList;
import java.util.List;

/** Remembers what it hears; asks to stop after a step. */
class Recorder implements TrainingListener {
  final List<Step> steps = new ArrayList<>();
  final List<Validation> validations = new ArrayList<>();
  final List<String> notes = new ArrayList<>();
  long stopAfter = Long.MAX_VALUE;

  @Override
  public void note(String line) {
    notes.add(line);
  }

  @Override
  public boolean step(Step step) {
    steps.add(step);
    return step.step() < stopAfter;
  }

  @Override
  public void validated(Validation validation) {
    validations.add(validation);
  }

  List<Double> losses() {
    return steps.stream().map(Step::loss).toList();
  }
}
