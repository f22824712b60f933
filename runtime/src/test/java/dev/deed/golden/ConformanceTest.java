package dev.deed.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.GeneratedSequence;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.model.family.ModelFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * How many answers of each family are those that Transformers recorded, as docs/models.md and
 * README.md tell: {@code tools/conformance} writes both.
 */
final class ConformanceTest {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", "..")).normalize();
  private static final Path FAMILIES = ROOT.resolve("core/src/test/resources/families");
  private static final String START = "<!-- conformance: written by tools/conformance -->\n";
  private static final String END = "<!-- end of conformance -->";

  /**
   * What was compared.
   *
   * @param difference the largest one of a log-probability, of any token after any prefix of the
   *     recorded texts
   */
  private record Agreement(int checkpoints, int answers, int equal, double difference) {
    Agreement plus(Agreement other) {
      return new Agreement(
          checkpoints + other.checkpoints,
          answers + other.answers,
          equal + other.equal,
          Math.max(difference, other.difference));
    }

    String row(String name) {
      return "| %s | %d | %d | %d | %s |\n"
          .formatted(name, checkpoints, answers, equal, bound(difference));
    }

    /** The next power of ten. */
    private static String bound(double difference) {
      return String.format(
          Locale.ROOT, "1e%d", (int) Math.ceil(Math.log10(Math.max(difference, 1e-12))));
    }
  }

  @Test
  void pagesTellWhatAgrees() throws IOException {
    Map<String, Agreement> families = new TreeMap<>();
    try (Stream<Path> folders = Files.list(FAMILIES)) {
      for (Path folder : folders.sorted().toList()) {
        JsonNode cases = new ObjectMapper().readTree(folder.resolve("cases.json").toFile());
        if (cases.path("versions").has("transformers") && cases.has("generate")) {
          Config config = Config.read(folder.resolve("model/config.json"));
          families.merge(
              ModelFamily.describe(config).family(), agreement(folder, cases), Agreement::plus);
        }
      }
    }
    Agreement all = families.values().stream().reduce(Agreement::plus).orElseThrow();
    StringBuilder table =
        new StringBuilder(
            """
            | family | checkpoints | answers | equal | log-probabilities differ by less than |
            |---|---|---|---|---|
            """);
    families.forEach((family, agreement) -> table.append(agreement.row(family)));
    table.append(all.row("all"));
    String line =
        "%d families, %d of %d recorded answers of Transformers equal"
            .formatted(families.size(), all.equal, all.answers);
    holds(ROOT.resolve("docs/models.md"), START, END, table.toString());
    holds(ROOT.resolve("README.md"), "[Conformance](docs/models.md#conformance): ", ".\n", line);
    assertThat(all.equal).as("equal answers").isEqualTo(all.answers);
    assertThat(all.difference).isLessThan(1e-4);
  }

  private static Agreement agreement(Path folder, JsonNode cases) {
    int answers = 0;
    int equal = 0;
    double difference = 0;
    int[] forced = HuggingFaceGolden.ints(cases.path("teacher_forcing").path("decoder_input_ids"));
    try (SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"));
        EncoderDecoderModel model = EncoderDecoderModel.open(folder.resolve("model"), 2)) {
      for (JsonNode run : cases.path("generate")) {
        int[] prefix = HuggingFaceGolden.ints(run.path("prefix"));
        Input input =
            FeatureAgreement.input(expected.tensors(), run.path("input").asText())
                .withDecoderPrefix(prefix.length == 0 ? null : prefix);
        List<List<Integer>> found =
            model
                .generate(
                    input,
                    GenerationOptions.defaults()
                        .withSettings(HuggingFaceGolden.settings(run.path("settings"))))
                .sequences()
                .stream()
                .map(GeneratedSequence::tokenIds)
                .toList();
        List<List<Integer>> recorded =
            FamilyFixturesTest.newTokens(run.path("sequences"), Math.max(1, prefix.length));
        answers += recorded.size();
        for (int i = 0; i < recorded.size(); i++) {
          equal += i < found.size() && found.get(i).equals(recorded.get(i)) ? 1 : 0;
        }
      }
      for (JsonNode one : cases.path("inputs")) {
        String name = one.path("name").asText();
        Tensor logits = expected.tensors().get(name + ".logits");
        if (logits != null) {
          Input input = FeatureAgreement.input(expected.tensors(), name).withDecoderPrefix(forced);
          float[] computed = Objects.requireNonNull(FamilyFixturesTest.logits(model, input));
          difference = Math.max(difference, difference(logits.toFloats(), computed, forced.length));
        }
      }
    }
    return new Agreement(1, answers, equal, difference);
  }

  private static double difference(float[] recorded, float[] computed, int positions) {
    assertThat(computed).hasSameSizeAs(recorded);
    int words = recorded.length / positions;
    double largest = 0;
    for (int position = 0; position < positions; position++) {
      double one = logOfSum(recorded, position * words, words);
      double other = logOfSum(computed, position * words, words);
      for (int word = position * words; word < (position + 1) * words; word++) {
        double apart = Math.abs(recorded[word] - one - (computed[word] - other));
        // Where both are minus infinity, they are the same.
        largest = Math.max(largest, recorded[word] == computed[word] ? 0 : apart);
      }
    }
    return largest;
  }

  private static double logOfSum(float[] logits, int from, int count) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, logits[i]);
    }
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += Math.exp(logits[i] - largest);
    }
    return largest + Math.log(sum);
  }

  /** A page has this text between two others; {@code -Ddeed.docs=write} writes it there. */
  private static void holds(Path file, String before, String after, String text)
      throws IOException {
    String page = Files.readString(file);
    assertThat(page).contains(before);
    int start = page.indexOf(before) + before.length();
    int end = page.indexOf(after, start);
    if ("write".equals(System.getProperty("deed.docs"))) {
      Files.writeString(file, page.substring(0, start) + text + page.substring(end));
    } else {
      assertThat(page.substring(start, end)).as("tools/conformance writes it").isEqualTo(text);
    }
  }
}
