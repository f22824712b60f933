package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.train.TrainedKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The table of docs/models.md, written from what the code makes of the folders that test each
 * family. {@code -Ddeed.docs=write} writes it anew.
 */
final class ModelsPageTest {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", ".."));
  private static final String START = "<!-- families: written by ModelsPageTest -->\n";
  private static final String END = "<!-- end of families -->";

  @Test
  void theTableIsThatOfTheCode() throws IOException {
    Path file = ROOT.resolve("docs/models.md");
    String page = Files.readString(file);
    int start = page.indexOf(START) + START.length();
    int end = page.indexOf(END);
    String table = table();
    if ("write".equals(System.getProperty("deed.docs"))) {
      Files.writeString(file, page.substring(0, start) + table + page.substring(end));
    } else {
      assertThat(page.substring(start, end))
          .as("run it with -Ddeed.docs=write after a change of the families")
          .isEqualTo(table);
    }
  }

  private static String table() throws IOException {
    StringBuilder table =
        new StringBuilder(
            """
            | family | `model_type` | reads | trained |
            |---|---|---|---|
            """);
    TreeSet<String> rows = new TreeSet<>();
    for (Path folder : folders()) {
      rows.add(row(ModelFamily.config(folder)));
    }
    rows.forEach(table::append);
    return table.toString();
  }

  private static List<Path> folders() throws IOException {
    Path resources = ROOT.resolve("core/src/test/resources");
    try (Stream<Path> files = Files.walk(resources)) {
      return files
          .filter(file -> file.endsWith("config.json") || file.endsWith(Config.TABLE_MODEL))
          .map(Path::getParent)
          .filter(folder -> !folder.toString().contains("exits"))
          .toList();
    }
  }

  private static String row(Config config) {
    ModelDescription description = ModelFamily.describe(config);
    TransformerSpec spec = description.spec();
    return "| %s | %s | %s | %s |%n"
        .formatted(
            description.family(),
            types(config),
            reads(spec.encoder().front()),
            TrainedKinds.obstacle(spec) == null ? "yes" : "no");
  }

  private static String types(Config config) {
    String type = "`" + config.text("model_type") + "`";
    JsonNode encoder = config.json().path("encoder").path("model_type");
    JsonNode decoder = config.json().path("decoder").path("model_type");
    return encoder.isMissingNode()
        ? type
        : type + ": `" + encoder.asText() + "`, `" + decoder.asText() + "`";
  }

  private static String reads(EncoderFront front) {
    String needed = names(front.reads().stream());
    String more = names(front.mayRead().stream().filter(part -> !front.reads().contains(part)));
    return more.isEmpty() ? needed : needed + "; if there: " + more;
  }

  private static String names(Stream<Part> parts) {
    return parts
        .sorted()
        .map(
            part ->
                switch (part) {
                  case TOKENS -> "text";
                  case BOXES -> "boxes";
                  case PIXELS -> "picture";
                  case PATCHES -> "patches";
                  case SPECTROGRAM -> "spectrogram";
                  case SAMPLES -> "samples";
                })
        .collect(Collectors.joining(", "));
  }
}
