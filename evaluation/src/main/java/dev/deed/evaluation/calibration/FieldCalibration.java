package dev.deed.evaluation.calibration;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.Provenance;
import dev.deed.field.FieldReader;
import dev.deed.field.FieldSignals;
import dev.deed.field.PageField;
import dev.deed.field.PageFields;
import dev.deed.value.OcrWord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * From which confidence on a field needs no review, chosen on labelled pages with a promise: of the
 * values without the mark, at most a share is wrong. On one half of the pages a logistic regression
 * learns from {@link FieldSignals} which values are right; the other half tests thresholds, one
 * after the other from the one that the first half finds safest, for as long as each keeps the
 * promise (Learn then Test with a fixed sequence, Angelopoulos et al. 2021, arXiv 2110.01052).
 *
 * <p>Pages are what is independent, fields of a page are not. So a page's loss is its wrong values
 * without the mark less the share of all that have none; that its mean is above 0 is refused by
 * bets ({@link Bound#BETTING}), which hold for any distribution of pages.
 */
public final class FieldCalibration {
  private static final int STEPS = 400;
  private static final int THRESHOLDS = 40;

  /** Of the regression's squared weights, so that signals that say the same share the weight. */
  private static final double RIDGE = 1e-3;

  /** Share of the values that reviewers are taken to look at, in figures. */
  private static final double LOOKED_AT = 0.2;

  /**
   * A labelled page.
   *
   * @param fields texts by name; a field that is absent or empty is not on the page
   */
  public record Page(List<OcrWord> words, int width, int height, Map<String, String> fields) {}

  /** A value that was found, what tells of it, and whether it is wrong. */
  record Value(double[] signals, boolean wrong) {}

  /**
   * How well something tells wrong values from right ones.
   *
   * @param area under the curve, of all pairs of a right and a wrong value the share in which the
   *     right one is higher; 0.5 says nothing
   * @param recall share of the wrong ones among the fifth of the values that is lowest
   */
  public record Separation(String signal, double area, double recall) {}

  /**
   * What was chosen.
   *
   * @param marked share of the test's values below the threshold
   * @param wrong share of the others that are wrong, on the test's pages
   */
  public record Chosen(double threshold, double marked, double wrong, double pValue) {}

  private final double share;
  private final double delta;

  /** Of a page: no page has more values. */
  private final int fields;

  private final List<List<Value>> search;
  private final List<List<Value>> test;
  private final double[] weights;
  private final double bias;
  private final @Nullable Chosen chosen;

  private FieldCalibration(
      double share, double delta, int fields, List<List<Value>> search, List<List<Value>> test) {
    this.share = share;
    this.delta = delta;
    this.fields = fields;
    this.search = search;
    this.test = test;
    double[] fitted = fit(search.stream().flatMap(List::stream).toList());
    this.weights = Arrays.copyOf(fitted, fitted.length - 1);
    this.bias = fitted[fitted.length - 1];
    this.chosen = choose();
  }

  /**
   * Reads pages and calibrates.
   *
   * @param share of the values without the mark that may be wrong, within 0…1, both excluded
   * @param delta probability, at most, of a threshold that does not keep the promise
   * @param seed by which pages are dealt
   */
  public static FieldCalibration of(
      FieldReader reader,
      List<Page> pages,
      double share,
      double delta,
      long seed,
      EvaluationListener listener) {
    List<List<Value>> read = new ArrayList<>();
    int fields = 1;
    for (Page page : pages) {
      PageFields found =
          reader.read(page.words, page.width, page.height, GenerationOptions.defaults());
      fields = found.fields().size();
      read.add(values(found, page.fields));
      listener.advanced();
    }
    return of(read, fields, share, delta, seed);
  }

  /**
   * Calibrates by values that were found.
   *
   * @param fields most values of a page
   */
  static FieldCalibration of(
      List<List<Value>> read, int fields, double share, double delta, long seed) {
    List<List<Value>> dealt = new ArrayList<>(read);
    Collections.shuffle(dealt, new Random(seed));
    int half = dealt.size() / 2;
    return new FieldCalibration(
        share,
        delta,
        fields,
        List.copyOf(dealt.subList(0, half)),
        List.copyOf(dealt.subList(half, dealt.size())));
  }

  private static List<Value> values(PageFields found, Map<String, String> wanted) {
    List<Value> values = new ArrayList<>();
    found
        .fields()
        .forEach(
            (name, field) -> {
              if (field != null) {
                values.add(new Value(field.signals().values(), !isRight(field, wanted.get(name))));
              }
            });
    return values;
  }

  /** Case and blanks aside. */
  private static boolean isRight(PageField field, @Nullable String wanted) {
    return wanted != null && flat(field.text()).equals(flat(wanted));
  }

  private static String flat(String text) {
    return text.toUpperCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
  }

  /** Weights of the signals and the bias, by gradient descent on signals of deviation 1. */
  private static double[] fit(List<Value> values) {
    int count = FieldSignals.names().size();
    double[] mean = new double[count];
    double[] deviation = new double[count];
    for (int i = 0; i < count; i++) {
      int at = i;
      mean[i] = values.stream().mapToDouble(v -> v.signals[at]).average().orElse(0);
      deviation[i] =
          Math.sqrt(
              values.stream()
                  .mapToDouble(v -> Math.pow(v.signals[at] - mean[at], 2))
                  .average()
                  .orElse(0));
    }
    double[] fitted = new double[count + 1];
    for (int step = 0; step < STEPS; step++) {
      double[] gradient = new double[count + 1];
      for (Value value : values) {
        double sum = fitted[count];
        for (int i = 0; i < count; i++) {
          sum += fitted[i] * scaled(value.signals[i], mean[i], deviation[i]);
        }
        double error = (value.wrong ? 0 : 1) - 1 / (1 + Math.exp(-sum));
        for (int i = 0; i < count; i++) {
          gradient[i] += error * scaled(value.signals[i], mean[i], deviation[i]);
        }
        gradient[count] += error;
      }
      for (int i = 0; i <= count; i++) {
        double pull = i < count ? RIDGE * fitted[i] : 0;
        fitted[i] += gradient[i] / Math.max(1, values.size()) - pull;
      }
    }
    double bias = fitted[count];
    for (int i = 0; i < count; i++) {
      fitted[i] = deviation[i] < 1e-9 ? 0 : fitted[i] / deviation[i];
      bias -= fitted[i] * mean[i];
    }
    fitted[count] = bias;
    return fitted;
  }

  private static double scaled(double signal, double mean, double deviation) {
    return deviation < 1e-9 ? 0 : (signal - mean) / deviation;
  }

  double confidence(Value value) {
    double sum = bias;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * value.signals[i];
    }
    return 1 / (1 + Math.exp(-sum));
  }

  /** The lowest threshold that was shown to keep the promise; null when none was. */
  public @Nullable Chosen chosen() {
    return chosen;
  }

  private @Nullable Chosen choose() {
    double[] sorted =
        search.stream().flatMap(List::stream).mapToDouble(this::confidence).sorted().toArray();
    if (sorted.length == 0 || test.isEmpty()) {
      return null;
    }
    double[] thresholds =
        IntStream.range(0, THRESHOLDS)
            .mapToDouble(i -> sorted[sorted.length * i / THRESHOLDS])
            .distinct()
            .toArray();
    int safest =
        IntStream.range(0, thresholds.length)
            .boxed()
            .min(Comparator.comparingDouble(i -> pValue(search, search, thresholds[i])))
            .orElseThrow();
    Chosen lowest = null;
    for (int i = safest; i >= 0; i--) {
      double p = pValue(search, test, thresholds[i]);
      if (p > delta) {
        break;
      }
      lowest = measured(thresholds[i], p);
    }
    return lowest;
  }

  private Chosen measured(double threshold, double p) {
    List<Value> all = test.stream().flatMap(List::stream).toList();
    List<Value> kept = all.stream().filter(value -> confidence(value) >= threshold).toList();
    double wrong = kept.stream().filter(Value::wrong).count();
    return new Chosen(
        threshold,
        all.isEmpty() ? 0 : 1 - (double) kept.size() / all.size(),
        kept.isEmpty() ? 0 : wrong / kept.size(),
        p);
  }

  private double pValue(List<List<Value>> before, List<List<Value>> pages, double threshold) {
    return Bound.BETTING.pValue(
        losses(before, threshold), losses(pages, threshold), share / (1 + share), 1 - delta);
  }

  /** Within 0…1; their mean is below {@code share / (1 + share)} where the promise holds. */
  private double[] losses(List<List<Value>> pages, double threshold) {
    return pages.stream()
        .mapToDouble(
            page -> {
              long kept = page.stream().filter(value -> confidence(value) >= threshold).count();
              long wrong = page.stream().filter(v -> v.wrong && confidence(v) >= threshold).count();
              return (wrong - share * kept + share * fields) / ((1 + share) * fields);
            })
        .toArray();
  }

  /** Each signal alone, then all together, on the pages of the test. */
  public List<Separation> separations() {
    List<Value> values = test.stream().flatMap(List::stream).toList();
    List<Separation> all = new ArrayList<>();
    for (int i = 0; i < FieldSignals.names().size(); i++) {
      int at = i;
      all.add(
          separation(
              FieldSignals.names().get(i),
              values,
              values.stream().mapToDouble(v -> v.signals[at]).toArray()));
    }
    all.add(
        separation("together", values, values.stream().mapToDouble(this::confidence).toArray()));
    return all;
  }

  private static Separation separation(String name, List<Value> values, double[] scores) {
    Integer[] order = IntStream.range(0, scores.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
    double wrongs = values.stream().filter(Value::wrong).count();
    double rights = values.size() - wrongs;
    int looked = (int) Math.round(LOOKED_AT * order.length);
    double found = 0;
    double pairs = 0;
    double wrongBelow = 0;
    for (int i = 0; i < order.length; ) {
      int end = i;
      double wrong = 0;
      // Values with the same score stand in no order: half of their pairs count.
      while (end < order.length && scores[order[end]] == scores[order[i]]) {
        wrong += values.get(order[end]).wrong ? 1 : 0;
        end++;
      }
      double right = end - i - wrong;
      pairs += right * (wrongBelow + wrong / 2);
      wrongBelow += wrong;
      found += wrong * Math.clamp((double) (looked - i) / (end - i), 0, 1);
      i = end;
    }
    return new Separation(
        name,
        wrongs * rights == 0 ? Double.NaN : pairs / (wrongs * rights),
        wrongs == 0 ? Double.NaN : found / wrongs);
  }

  /** Values of the test's pages, and how many of them are wrong. */
  private String counts() {
    List<Value> values = test.stream().flatMap(List::stream).toList();
    return "%d values of %d pages, %d wrong"
        .formatted(values.size(), test.size(), values.stream().filter(Value::wrong).count());
  }

  /** For a terminal. */
  public String plain() {
    StringBuilder text = new StringBuilder(counts() + "\n");
    for (Separation one : separations()) {
      text.append(
          "%-9s area %.3f, %.0f %% of the wrong ones among the fifth that is least sure%n"
              .formatted(one.signal, one.area, 100 * one.recall));
    }
    Chosen best = chosen;
    String promise =
        "that of the values without the mark at most %s %% are wrong (confidence %s)"
            .formatted(100 * share, 1 - delta);
    return text
        + (best == null
            ? "no threshold was shown to keep the promise " + promise + "; all are marked\n"
            : "from a confidence of %.4f on: shown %s; marks %.1f %%, of the others %.2f %% are wrong%n"
                .formatted(best.threshold, promise, 100 * best.marked, 100 * best.wrong));
  }

  /** What {@code config.json} is to hold: weights, threshold, and how they came about. */
  public ObjectNode setting(Path data, Provenance provenance) {
    ObjectNode setting = JsonNodeFactory.instance.objectNode();
    Chosen best = chosen;
    // Above 1: all are marked.
    setting.put("threshold", best == null ? 2 : best.threshold).put("bias", bias);
    ObjectNode bySignal = setting.putObject("weights");
    for (int i = 0; i < weights.length; i++) {
      bySignal.put(FieldSignals.names().get(i), weights[i]);
    }
    ObjectNode how = setting.putObject("calibration");
    how.put("share", share).put("delta", delta).put("data", data.getFileName().toString());
    how.put("search_pages", search.size()).put("test_pages", test.size());
    if (best != null) {
      how.put("marked", best.marked).put("wrong", best.wrong).put("p_value", best.pValue);
    }
    for (Separation one : separations()) {
      ObjectNode node = how.withArray("signals").addObject().put("signal", one.signal);
      if (Double.isFinite(one.area)) {
        node.put("area", one.area).put("recall", one.recall);
      }
    }
    provenance.addTo(how);
    return setting;
  }

  /** Whether a threshold was shown to keep the promise. */
  public boolean keeps() {
    return chosen != null;
  }
}
