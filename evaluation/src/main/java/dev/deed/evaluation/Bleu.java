package dev.deed.evaluation;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Corpus BLEU-4 (Papineni et al. 2002) as sacreBLEU computes it: clipped counts against several
 * references, brevity penalty by the reference closest in length (the shorter on ties), exponential
 * smoothing of orders without a match. {@code bleu} is that of sacreBLEU's default tokenizer,
 * {@code nrefs:*|case:mixed|eff:no|tok:13a|smooth:exp}; {@code bleu_tokens} is over tokens
 * separated by white space, sacreBLEU's {@code tok:none}.
 *
 * <p>Statistics: matches of orders 1…4, n-grams of orders 1…4, length of the hypothesis, length of
 * the reference.
 */
record Bleu(String name, Function<String, List<String>> tokenizer) implements Metric {
  private static final int ORDERS = 4;
  private static final int LENGTH = 2 * ORDERS;
  private static final int REFERENCE_LENGTH = LENGTH + 1;

  @Override
  public double[] example(String hypothesis, List<String> references) {
    List<String> tokens = tokenizer.apply(hypothesis);
    List<List<String>> accepted = references.stream().map(tokenizer).toList();
    double[] statistics = new double[2 * ORDERS + 2];
    for (int n = 1; n <= ORDERS; n++) {
      Map<List<String>, Integer> most = new HashMap<>();
      for (List<String> reference : accepted) {
        NGrams.ofTokens(reference, n).forEach((gram, count) -> most.merge(gram, count, Math::max));
      }
      statistics[n - 1] = NGrams.common(NGrams.ofTokens(tokens, n), most);
      statistics[ORDERS + n - 1] = Math.max(0, tokens.size() - n + 1);
    }
    statistics[LENGTH] = tokens.size();
    statistics[REFERENCE_LENGTH] = closestLength(tokens.size(), accepted);
    return statistics;
  }

  private static int closestLength(int length, List<List<String>> references) {
    return references.stream()
        .map(List::size)
        .sorted()
        .min(Comparator.comparingInt(size -> Math.abs(size - length)))
        .orElseThrow();
  }

  @Override
  public double value(double[] sum) {
    double logs = 0;
    double smoothing = 1;
    boolean anyMatch = false;
    for (int n = 0; n < ORDERS; n++) {
      double matches = sum[n];
      double total = sum[ORDERS + n];
      if (total == 0) {
        return 0;
      }
      anyMatch |= matches > 0;
      if (matches == 0) {
        smoothing *= 2;
        logs += Math.log(100 / (smoothing * total));
      } else {
        logs += Math.log(100 * matches / total);
      }
    }
    if (!anyMatch) {
      return 0;
    }
    double length = sum[LENGTH];
    double reference = sum[REFERENCE_LENGTH];
    double brevity = length < reference ? Math.exp(1 - reference / length) : 1;
    return brevity * Math.exp(logs / ORDERS);
  }

  /** The tokenizer of NIST's mteval-v13a script as sacreBLEU has it, its default. */
  static final class Mteval13a {
    /** ASCII signs but comma, dash, point and apostrophe. */
    private static final Pattern SIGNS = Pattern.compile("([{-~\\[-` -&(-+:-@/])");

    private static final Pattern POINT_AFTER_NO_DIGIT = Pattern.compile("([^0-9])([.,])");
    private static final Pattern POINT_BEFORE_NO_DIGIT = Pattern.compile("([.,])([^0-9])");
    private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");

    private Mteval13a() {}

    static List<String> tokens(String text) {
      String line =
          Words.withoutTrailingSpace(text)
              .replace("<skipped>", "")
              .replace("-\n", "")
              .replace('\n', ' ')
              .replace("&quot;", "\"")
              .replace("&amp;", "&")
              .replace("&lt;", "<")
              .replace("&gt;", ">");
      line = SIGNS.matcher(" " + line + " ").replaceAll(" $1 ");
      line = POINT_AFTER_NO_DIGIT.matcher(line).replaceAll("$1 $2 ");
      line = POINT_BEFORE_NO_DIGIT.matcher(line).replaceAll(" $1 $2");
      line = DASH_AFTER_DIGIT.matcher(line).replaceAll("$1 $2 ");
      return Words.of(line);
    }
  }
}
