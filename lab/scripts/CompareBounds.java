import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.value.ExitSettings;
import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.EvaluationPolicy;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.WarmUp;
import dev.deed.evaluation.calibration.Goal.Answers;
import dev.deed.evaluation.calibration.Bound;
import dev.deed.evaluation.calibration.Promise;
import dev.deed.evaluation.Observation;
import dev.deed.evaluation.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * How many examples each bound of {@code deed calibrate} needs to accept a setting, and how often it
 * accepts one that breaks the promise. A model answers every example once at full depth and once
 * with each setting; what answers lose is then a population whose means are known, and calibration
 * sets are drawn from it with replacement. Prints two tables in Markdown.
 *
 * <pre>
 * ./deed --version    # builds what the class path names
 * java --add-modules jdk.incubator.vector -cp 'cli/target/deed/*' lab/scripts/CompareBounds.java \
 *     MODEL DATA.jsonl METRIC full|references TOLERANCES POLICIES [DRAWS [FIELD]]
 * </pre>
 *
 * With FIELD, such as {@code image}, lines that hold the same there count once more as one example
 * each, whose loss is the mean of theirs: questions about one picture are no independent draws.
 */
final class CompareBounds {
  private static final double LEVEL = 0.95;

  /** A setting counts as accepted by so many examples when this share of the draws accepts it. */
  private static final double POWER = 0.8;

  /** Most examples of a test. */
  private static final int MOST = 5_000;

  /** Examples of the test where settings that break the promise are tried. */
  private static final int[] TESTS = {200, 1000};

  private static final double POINTS = 100;

  private final int draws;

  private CompareBounds(int draws) {
    this.draws = draws;
  }

  public static void main(String[] arguments) throws IOException {
    Metric metric = Metric.named(arguments[2]);
    Promise.Against against = Promise.Against.valueOf(arguments[3].toUpperCase(Locale.ROOT));
    List<Double> tolerances =
        Arrays.stream(arguments[4].split(",")).map(Double::valueOf).toList();
    int draws = arguments.length > 6 ? Integer.parseInt(arguments[6]) : 1000;
    EvaluationData data = EvaluationData.read(Path.of(arguments[1]), Integer.MAX_VALUE);
    Map<String, double[]> losses;
    try (EncoderDecoderModel model = EncoderDecoderModel.open(Path.of(arguments[0]), 1)) {
      losses =
          losses(
              model,
              data,
              new Promise(metric, against, tolerances.getFirst(), LEVEL),
              ExitSettings.parseList(arguments[5]));
    }
    CompareBounds compare = new CompareBounds(draws);
    String by = ", " + metric.name() + " against " + arguments[3];
    compare.print(data.size() + " examples" + by, losses, tolerances);
    if (arguments.length > 7) {
      List<List<Integer>> groups = groups(Path.of(arguments[1]), arguments[7]);
      losses.replaceAll((_, each) -> means(each, groups));
      String unit = groups.size() + " groups of the same " + arguments[7];
      compare.print(unit + by, losses, tolerances);
    }
  }

  private void print(String about, Map<String, double[]> losses, List<Double> tolerances) {
    System.out.printf(Locale.ROOT, "%s, %,d draws.%n%n", about, draws);
    needed(losses, tolerances);
    broken(losses);
  }

  /** Places of the lines that hold the same in a field. */
  private static List<List<Integer>> groups(Path file, String field) throws IOException {
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    int place = 0;
    for (String line : Files.readAllLines(file)) {
      String key = new ObjectMapper().readTree(line).path(field).asText();
      groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(place++);
    }
    return List.copyOf(groups.values());
  }

  private static double[] means(double[] losses, List<List<Integer>> groups) {
    return groups.stream()
        .mapToDouble(group -> group.stream().mapToDouble(i -> losses[i]).average().orElseThrow())
        .toArray();
  }

  /** What each setting loses of each example, within 0…1. */
  private static Map<String, double[]> losses(
      EncoderDecoderModel model,
      EvaluationData data,
      Promise promise,
      Map<String, ExitSettings> settings) {
    List<EvaluationPolicy> policies = new ArrayList<>();
    policies.add(EvaluationPolicy.of(ExitSettings.full()));
    settings.values().forEach(setting -> policies.add(EvaluationPolicy.of(setting)));
    List<List<Observation>> runs =
        new Evaluator(1, 1, WarmUp.upTo(Duration.ZERO))
            .observe(new NamedModel("model", model), data, policies, new Silent());
    Map<String, double[]> losses = new LinkedHashMap<>();
    int run = 1;
    for (String name : settings.keySet()) {
      losses.put(
          name,
          promise.losses(new Answers(data.examples(), runs.get(run++), runs.getFirst())));
    }
    return losses;
  }

  private void needed(Map<String, double[]> losses, List<Double> tolerances) {
    System.out.println(
        "| setting | mean loss | share that loses | tolerance | hoeffding-bentkus | betting | auto"
            + " | betting / hoeffding-bentkus |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
    losses.forEach(
        (name, population) -> {
          double mean = mean(population);
          for (double points : tolerances) {
            double tolerance = points / POINTS;
            if (mean > 0 && mean < 0.8 * tolerance && mean > 0.1 * tolerance) {
              int[] examples =
                  Arrays.stream(bounds())
                      .mapToInt(bound -> needed(bound, population, tolerance))
                      .toArray();
              System.out.printf(
                  Locale.ROOT,
                  "| `%s` | %.2f | %.1f %% | %s | %s | %s | %s | %s |%n",
                  name,
                  POINTS * mean,
                  POINTS * Arrays.stream(population).filter(loss -> loss > 0).count()
                      / population.length,
                  Double.toString(points).replaceFirst("\\.0$", ""),
                  shown(examples[0]),
                  shown(examples[1]),
                  shown(examples[2]),
                  examples[0] > MOST || examples[1] > MOST
                      ? ""
                      : String.format(Locale.ROOT, "%.2f", (double) examples[1] / examples[0]));
            }
          }
        });
    System.out.println();
  }

  private interface Choice {
    Bound of(double[] search, int test, double tolerance, double level);
  }

  /** Each alone, and the one that a calibration takes. */
  private static Choice[] bounds() {
    return new Choice[] {
      (_, _, _, _) -> Bound.HOEFFDING_BENTKUS, (_, _, _, _) -> Bound.BETTING, Bound::of
    };
  }

  private static String shown(int examples) {
    return examples > MOST ? "> " + String.format(Locale.ROOT, "%,d", MOST) : examples + "";
  }

  /** The fewest examples of a test, in steps of a twentieth, that suffice in most draws. */
  private int needed(Choice bound, double[] population, double tolerance) {
    List<Integer> sizes = new ArrayList<>();
    for (int size = 20; size <= MOST; size += Math.max(1, size / 20)) {
      sizes.add(size);
    }
    int low = 0;
    int high = sizes.size();
    while (low < high) {
      int middle = (low + high) / 2;
      if (accepted(bound, population, tolerance, sizes.get(middle)) >= POWER) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low == sizes.size() ? MOST + 1 : sizes.get(low);
  }

  /** Share of the draws that accept. */
  private double accepted(Choice bound, double[] population, double tolerance, int examples) {
    Random random = new Random(examples);
    int accepted = 0;
    for (int draw = 0; draw < draws; draw++) {
      double[] search = draw(population, Math.clamp(3L * examples / 7, 1, 200), random);
      double[] test = draw(population, examples, random);
      Bound chosen = bound.of(search, examples, tolerance, LEVEL);
      accepted += chosen.pValue(search, test, tolerance, LEVEL) <= 1 - LEVEL ? 1 : 0;
    }
    return (double) accepted / draws;
  }

  /** Settings whose true loss is a fiftieth above the tolerance. */
  private void broken(Map<String, double[]> losses) {
    System.out.println(
        "| setting | mean loss | tolerance | examples | hoeffding-bentkus | betting | auto |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|");
    losses.forEach(
        (name, population) -> {
          double mean = mean(population);
          double tolerance = mean / 1.02;
          for (int examples : TESTS) {
            if (mean > 0) {
              String shares =
                  Arrays.stream(bounds())
                      .map(bound -> accepted(bound, population, tolerance, examples))
                      .map(share -> String.format(Locale.ROOT, "%.1f %%", POINTS * share))
                      .collect(Collectors.joining(" | "));
              System.out.printf(
                  Locale.ROOT,
                  "| `%s` | %.3f | %.3f | %d | %s |%n",
                  name,
                  POINTS * mean,
                  POINTS * tolerance,
                  examples,
                  shares);
            }
          }
        });
    System.out.println();
  }

  private static double[] draw(double[] population, int count, Random random) {
    double[] drawn = new double[count];
    Arrays.setAll(drawn, i -> population[random.nextInt(population.length)]);
    return drawn;
  }

  private static double mean(double[] losses) {
    return Arrays.stream(losses).average().orElseThrow();
  }

  /** Does nothing. */
  private static final class Silent implements EvaluationListener {
    @Override
    public void note(String line) {}

    @Override
    public void warmingUp() {}

    @Override
    public void started(long steps) {}

    @Override
    public void advanced() {}
  }
}
