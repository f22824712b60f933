package dev.deed.evaluation;

import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A metric of generated texts against accepted ones. Every example gives a short vector of
 * statistics, and the value of a corpus is a function of their sum: a bootstrap draws examples,
 * adds their vectors and asks for the value, without looking at texts again. Immutable, safe for
 * use from many threads.
 */
public sealed interface Metric permits MeanScore, Bleu, ChrF, CiderD, ErrorRate {
  String name();

  /** Whether more is better; false for error rates. */
  default boolean higherIsBetter() {
    return true;
  }

  /**
   * Statistics of every example. Only {@link CiderD} looks at other examples for them, to weigh
   * words by rarity.
   *
   * @param hypotheses generated texts
   * @param references accepted texts of each example, at least one
   * @return {@code [examples][k]}, k being the metric's own
   * @throws IllegalArgumentException when the sizes differ or an example has no reference
   */
  default List<double[]> statistics(List<String> hypotheses, List<List<String>> references) {
    checkSizes(hypotheses, references);
    return IntStream.range(0, hypotheses.size())
        .mapToObj(i -> example(hypotheses.get(i), references.get(i)))
        .toList();
  }

  double[] example(String hypothesis, List<String> references);

  /**
   * The value of a corpus.
   *
   * @param sum of the statistics of its examples, {@code [k]}
   * @return 0…100, except CIDEr (0…10) and error rates (per cent, can exceed 100); 0 for none
   */
  double value(double[] sum);

  static double[] sum(List<double[]> statistics) {
    double[] sum = new double[statistics.getFirst().length];
    for (double[] example : statistics) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += example[i];
      }
    }
    return sum;
  }

  /** All metrics, in the order in which help texts list them. */
  static List<Metric> all() {
    return List.of(
        // Share of texts that equal an accepted one, character for character.
        MeanScore.best("exact", (made, expected) -> made.equals(expected) ? 1 : 0),
        new Bleu("bleu", Bleu.Mteval13a::tokens),
        new Bleu("bleu_tokens", Words::of),
        new ChrF(),
        MeanScore.best("anls", MeanScore.Anls::score),
        MeanScore.best("f1", MeanScore.TokenF1::score),
        new MeanScore("vqa", MeanScore.VqaAccuracy::score),
        MeanScore.best("iou", MeanScore.BoxOverlap::score),
        MeanScore.best("rougeL", MeanScore.RougeL::score),
        new CiderD(),
        new ErrorRate("cer", Words::characters),
        new ErrorRate("cer_caseless", text -> Words.characters(text.toUpperCase(Locale.ROOT))),
        new ErrorRate("wer", Words::of));
  }

  /**
   * @throws InputException when there is none
   */
  static Metric named(String name) {
    return all().stream()
        .filter(metric -> metric.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "metric " + name,
                    "there is none of that name",
                    "choose among "
                        + all().stream().map(Metric::name).collect(Collectors.joining(", "))));
  }

  /**
   * The metrics of a list of names separated by commas; one that occurs twice counts once.
   *
   * @throws InputException when there is none of a name, or no name at all
   */
  static List<Metric> list(String names) {
    return Arrays.stream(names.split(",", -1))
        .map(String::strip)
        .distinct()
        .map(Metric::named)
        .toList();
  }

  /**
   * Checks the arguments of {@link #statistics}.
   *
   * @throws IllegalArgumentException when the sizes differ or an example has no reference
   */
  static void checkSizes(List<String> hypotheses, List<List<String>> references) {
    if (hypotheses.size() != references.size()) {
      throw new IllegalArgumentException(
          "%d hypotheses, %d references".formatted(hypotheses.size(), references.size()));
    }
    if (references.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException("an example has no reference");
    }
  }
}
