package dev.deed.evaluation.calibration;

import dev.deed.EncoderDecoderModel;
import dev.deed.decode.exit.Confidence;
import dev.deed.evaluation.EvaluationExample;
import dev.deed.model.spec.ExitSpec;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a calibration tries: every confidence with every set of exits, threshold, decay
 * and gate. Lists are not copied and must not change.
 *
 * @param confidences at least one
 * @param layers sets of exits that are asked; null: {@link #someSets}
 * @param thresholds null: quantiles of what the model's exits say on the examples of the search
 * @param decays how fast thresholds fall along the answer; 0 for not at all
 * @param gates what the gate must say before the head is asked, for confidences that ask it
 */
public record Candidates(
    List<Confidence> confidences,
    @Nullable List<List<Integer>> layers,
    @Nullable List<Double> thresholds,
    List<Double> decays,
    List<Double> gates) {
  /** Shares of the exits' answers that lie below a threshold: sparse where they are all alike. */
  private static final double[] QUANTILES = {
    0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9
  };

  /** Above every confidence. */
  private static final double NEVER = 2;

  private static final MathContext DIGITS = new MathContext(6);

  /**
   * Thresholds of one confidence with {@link #someSets some sets} of the model's exits.
   *
   * @param confidence its name, such as {@code max_prob}
   * @param thresholds each a number
   * @throws InputException when there is no such confidence
   */
  public static Candidates of(String confidence, double... thresholds) {
    Confidence measured = Confidence.of(ExitPolicy.named(confidence));
    if (measured == null) {
      throw new InputException(
          "confidence \"" + confidence + "\"",
          "is unknown",
          "use max_prob, margin, entropy, similarity or gate");
    }
    return new Candidates(
        List.of(measured),
        null,
        DoubleStream.of(thresholds).boxed().toList(),
        List.of(0.0),
        List.of(0.0));
  }

  /**
   * @param examples whose exits are asked for their confidences
   * @throws InputException when the model has no exits below its last layer
   */
  List<ExitSettings> policies(EncoderDecoderModel model, List<EvaluationExample> examples) {
    ExitSpec exits = model.internals().spec().exits();
    if (exits == null || exits.layers().size() < 2) {
      throw new InputException(
          "calibrate", "the model has no exits below its last layer", "train some: deed train");
    }
    List<ExitSettings> policies = new ArrayList<>();
    for (Confidence confidence : confidences) {
      List<Double> levels =
          thresholds == null ? quantiles(model, confidence, examples) : thresholds;
      for (List<Integer> set : layers == null ? someSets(exits) : layers) {
        List<Integer> chosen = set.equals(exits.layers()) ? null : set;
        for (double decay : decays) {
          for (ExitSettings measure : measures(confidence)) {
            for (double threshold : levels) {
              policies.add(
                  measure
                      .with(ExitSetting.THRESHOLD, threshold)
                      .with(ExitSetting.LAYERS, chosen)
                      .with(ExitSetting.DECAY, decay > 0 ? decay : null));
            }
          }
        }
      }
    }
    return policies;
  }

  /** A confidence with every gate that it has a use for. */
  private Set<ExitSettings> measures(Confidence confidence) {
    ExitSettings plain = ExitSettings.own().with(ExitSetting.POLICY, confidence.policy());
    Set<ExitSettings> measures = new LinkedHashSet<>();
    for (double gate : gates) {
      boolean gated = gate > 0 && confidence.needsLogits();
      measures.add(plain.with(ExitSetting.GATE, gated ? gate : null));
    }
    return measures;
  }

  /**
   * All exits; those from each layer on; each alone; every second. The last layer, which always may
   * emit, is in each.
   */
  static List<List<Integer>> someSets(ExitSpec exits) {
    List<Integer> all = exits.layers();
    int last = all.getLast();
    Set<List<Integer>> sets = new LinkedHashSet<>();
    for (int from = 0; from + 1 < all.size(); from++) {
      sets.add(all.subList(from, all.size()));
    }
    for (int layer : all.subList(0, all.size() - 1)) {
      sets.add(List.of(layer, last));
    }
    for (int first = 0; first < 2; first++) {
      TreeSet<Integer> second = new TreeSet<>(Set.of(last));
      for (int i = first; i < all.size(); i += 2) {
        second.add(all.get(i));
      }
      sets.add(List.copyOf(second));
    }
    sets.remove(List.of(last));
    return List.copyOf(sets);
  }

  private static List<Double> quantiles(
      EncoderDecoderModel model, Confidence confidence, List<EvaluationExample> examples) {
    List<Double> confidences = new ArrayList<>();
    for (EvaluationExample example : examples) {
      model
          .generate(example.input(), example.options(ExitSettings.of(confidence.policy(), NEVER)))
          .tokens()
          .forEach(token -> confidences.addAll(token.consulted()));
    }
    confidences.sort(null);
    Set<Double> levels = new LinkedHashSet<>();
    for (double share : QUANTILES) {
      double level = confidences.get((int) (share * (confidences.size() - 1)));
      levels.add(new BigDecimal(level).round(DIGITS).doubleValue());
    }
    return List.copyOf(levels);
  }
}
