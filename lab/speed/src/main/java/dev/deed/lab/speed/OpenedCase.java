package dev.deed.lab.speed;

import dev.deed.EncoderDecoderModel;
import dev.deed.Input;
import dev.deed.evaluation.WarmUp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A case whose model is open, and what was measured of it so far. */
final class OpenedCase implements AutoCloseable {
  private final BenchCase conditions;
  private final EncoderDecoderModel model;
  private final List<Input> inputs;
  private final Map<String, ModelBench> ours;
  private final Map<String, List<Measurement>> rounds = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  /**
   * @param ours what is measured of the model, by the name of the row
   */
  OpenedCase(
      BenchCase conditions,
      EncoderDecoderModel model,
      List<Input> inputs,
      Map<String, ModelBench> ours) {
    this.conditions = conditions;
    this.model = model;
    this.inputs = inputs;
    this.ours = ours;
  }

  BenchCase conditions() {
    return conditions;
  }

  /** By the name of the row. */
  Map<String, ModelBench> ours() {
    return ours;
  }

  void add(String engine, Measurement measurement) {
    rounds.computeIfAbsent(engine, name -> new ArrayList<>()).add(measurement);
  }

  /** An engine that does not run. */
  void fail(String engine, String reason) {
    failures.put(engine, reason);
  }

  boolean failed(String engine) {
    return failures.containsKey(engine);
  }

  PartCosts parts(int repeats, WarmUp warmUp) {
    return PartCosts.measure(model, inputs.getFirst(), conditions.newTokens(), repeats, warmUp);
  }

  Traffic traffic() {
    return Traffic.of(model.internals().spec());
  }

  /** Positions of the first input's encoder output. */
  int sourceLength() {
    return ModelBench.prepare(model, inputs.subList(0, 1), 1)
        .getFirst()
        .request()
        .encoded()
        .visible();
  }

  Map<String, List<Measurement>> rounds() {
    return rounds;
  }

  Map<String, String> failures() {
    return failures;
  }

  @Override
  public void close() {
    model.close();
  }
}
