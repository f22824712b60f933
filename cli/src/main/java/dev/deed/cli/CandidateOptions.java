package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.decode.exit.Confidence;
import dev.deed.evaluation.calibration.Candidates;
import dev.deed.value.ExitPolicy;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a calibration tries: confidences, sets of exits, thresholds, decays, gates. */
public final class CandidateOptions {
  @Option(names = "--confidence", paramLabel = "LIST", descriptionKey = "candidate.confidence")
  @Nullable String confidences;

  @Option(names = "--layers", paramLabel = "LISTS", descriptionKey = "candidate.layers")
  @Nullable String layers;

  @Option(names = "--thresholds", paramLabel = "LIST", descriptionKey = "candidate.thresholds")
  @Nullable String thresholds;

  @Option(names = "--decay", paramLabel = "LIST", descriptionKey = "candidate.decay")
  String decays = "0";

  @Option(names = "--gates", paramLabel = "LIST", descriptionKey = "candidate.gates")
  String gates = "0";

  /**
   * The settings to try with a model.
   *
   * @throws InputException when an option cannot be used, or not with this model
   */
  public Candidates of(EncoderDecoderModel opened) {
    boolean hasGate = opened.internals().hasGate();
    String names = hasGate ? "max_prob,gate" : "max_prob";
    List<Confidence> measures =
        Arrays.stream((confidences == null ? names : confidences).split(",", -1))
            .map(CandidateOptions::measure)
            .toList();
    return new Candidates(
        measures,
        layers == null ? null : Arrays.stream(layers.split(";", -1)).map(this::layers).toList(),
        thresholds == null ? null : numbers("--thresholds", thresholds),
        decays(),
        gates(hasGate, measures));
  }

  private static Confidence measure(String name) {
    InputException.require(
        !name.contains("lossless"),
        "--confidence",
        "names "
            + name
            + ", and lossless exits are calibrated by cost alone: their answers are those of full"
            + " depth",
        "give --lossless, and the measure without it");
    Confidence confidence = Confidence.of(ExitPolicy.named(name.strip()));
    if (confidence == null) {
      throw new InputException(
          "--confidence", "names " + name, "use max_prob, margin, entropy, similarity or gate");
    }
    return confidence;
  }

  private List<Double> gates(boolean hasGate, List<Confidence> measures) {
    List<Double> levels = numbers("--gates", gates);
    boolean within = levels.stream().allMatch(level -> level >= 0 && level <= 1);
    OptionBounds.require(within, "--gates", gates, "give numbers within 0..1");
    OptionBounds.require(
        hasGate || allZero(levels),
        "--gates",
        gates + ", and the model has no gate",
        "leave it out, or train one: deed train --init MODEL --freeze --gate");
    OptionBounds.require(
        measures.stream().anyMatch(Confidence::needsLogits) || allZero(levels),
        "--gates",
        gates + ", and no --confidence asks the head",
        "leave it out, or add max_prob");
    return levels;
  }

  private static boolean allZero(List<Double> values) {
    return values.stream().allMatch(value -> value == 0);
  }

  private List<Double> decays() {
    List<Double> rates = numbers("--decay", decays);
    OptionBounds.require(
        rates.stream().allMatch(rate -> rate >= 0), "--decay", decays, "give 0 or more");
    return rates;
  }

  private List<Integer> layers(String set) {
    return numbers("--layers", set).stream()
        .map(
            layer -> {
              InputException.require(
                  layer >= 1 && layer == layer.intValue(),
                  "--layers",
                  "holds " + set,
                  "give numbers of layers from 1");
              return layer.intValue();
            })
        .toList();
  }

  private static List<Double> numbers(String option, String list) {
    try {
      List<Double> numbers =
          Arrays.stream(list.split(",", -1)).map(part -> Double.valueOf(part.strip())).toList();
      InputException.require(
          numbers.stream().allMatch(Double::isFinite), option, "is " + list, "give numbers");
      return numbers;
    } catch (NumberFormatException e) {
      throw new InputException(option, "is " + list, "give numbers with commas between them");
    }
  }
}
