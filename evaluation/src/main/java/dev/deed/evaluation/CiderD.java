package dev.deed.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * CIDEr-D (Vedantam et al. 2015) as pycocoevalcap computes it: clipped tf-idf cosine of n-grams
 * 1…4, a Gaussian penalty (σ 6) on the difference in length, mean over references and orders, times
 * 10. Words are weighed by the references of the whole corpus; a bootstrap keeps these weights.
 * Texts are lower-cased and reduced to a–z, 0–9 and spaces.
 */
public record CiderD() implements Metric {
  private static final int ORDERS = 4;
  private static final double SIGMA = 6;
  private static final Pattern OTHERS = Pattern.compile("[^a-z0-9 ]");

  @Override
  public String name() {
    return "cider";
  }

  @Override
  public List<double[]> statistics(List<String> hypotheses, List<List<String>> references) {
    Metric.checkSizes(hypotheses, references);
    List<List<Caption>> accepted =
        references.stream().map(texts -> texts.stream().map(CiderD::caption).toList()).toList();
    Map<List<String>, Integer> documents = new HashMap<>();
    for (List<Caption> captions : accepted) {
      Set<List<String>> grams = new HashSet<>();
      captions.forEach(caption -> caption.grams().forEach(counts -> grams.addAll(counts.keySet())));
      grams.forEach(gram -> documents.merge(gram, 1, Integer::sum));
    }
    double logCorpus = Math.log(references.size());
    List<double[]> statistics = new ArrayList<>();
    for (int i = 0; i < hypotheses.size(); i++) {
      Weighted made = Weighted.of(caption(hypotheses.get(i)), documents, logCorpus);
      double total = 0;
      for (Caption reference : accepted.get(i)) {
        total += similarity(made, Weighted.of(reference, documents, logCorpus));
      }
      statistics.add(new double[] {10 * total / accepted.get(i).size(), 1});
    }
    return statistics;
  }

  /** By itself an example is a corpus of one, whose words weigh nothing. */
  @Override
  public double[] example(String hypothesis, List<String> references) {
    return statistics(List.of(hypothesis), List.of(references)).getFirst();
  }

  @Override
  public double value(double[] sum) {
    return MeanScore.mean(sum);
  }

  private static double similarity(Weighted made, Weighted expected) {
    double difference = (double) made.length() - expected.length();
    double penalty = Math.exp(-difference * difference / (2 * SIGMA * SIGMA));
    double total = 0;
    for (int n = 0; n < ORDERS; n++) {
      Map<List<String>, Double> weights = expected.vectors().get(n);
      double product = 0;
      for (Map.Entry<List<String>, Double> gram : made.vectors().get(n).entrySet()) {
        double weight = weights.getOrDefault(gram.getKey(), 0.0);
        product += Math.min(gram.getValue(), weight) * weight;
      }
      double norms = made.norm(n) * expected.norm(n);
      total += (norms == 0 ? product : product / norms) * penalty;
    }
    return total / ORDERS;
  }

  private static Caption caption(String text) {
    List<String> words = Words.of(OTHERS.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(""));
    List<Map<List<String>, Integer>> grams = new ArrayList<>();
    for (int n = 1; n <= ORDERS; n++) {
      grams.add(NGrams.ofTokens(words, n));
    }
    return new Caption(grams);
  }

  /** N-gram counts of a text, by order from 1. */
  private record Caption(List<Map<List<String>, Integer>> grams) {}

  /**
   * A text as vectors of tf-idf.
   *
   * @param vectors by order from 1
   * @param length number of bigrams, the measure of length in the reference implementation
   */
  private record Weighted(List<Map<List<String>, Double>> vectors, int length) {
    static Weighted of(Caption caption, Map<List<String>, Integer> documents, double logCorpus) {
      List<Map<List<String>, Double>> vectors = new ArrayList<>();
      for (Map<List<String>, Integer> counts : caption.grams()) {
        Map<List<String>, Double> vector = new HashMap<>();
        counts.forEach(
            (gram, count) -> {
              double rarity = logCorpus - Math.log(Math.max(1, documents.getOrDefault(gram, 0)));
              vector.put(gram, count * rarity);
            });
        vectors.add(vector);
      }
      return new Weighted(vectors, NGrams.total(caption.grams().get(1)));
    }

    double norm(int order) {
      return Math.sqrt(vectors.get(order).values().stream().mapToDouble(w -> w * w).sum());
    }
  }
}
