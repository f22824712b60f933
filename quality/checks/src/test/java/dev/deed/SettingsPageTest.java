package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.data.LineOptions;
import dev.deed.value.GenerationSetting;
import dev.deed.value.GenerationSetting.Part;
import dev.deed.value.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tables of settings in the documentation are those of the code. */
final class SettingsPageTest {
  private static final Path DOCS = Path.of(System.getProperty("deed.root", "..")).resolve("docs");
  private static final String START = "<!-- settings: written by SettingsPageTest -->\n";
  private static final String END = "<!-- end of settings -->";
  private static final Map<Part, String> HEADINGS =
      Map.of(
          Part.LENGTH, "Length",
          Part.SEARCH, "Search",
          Part.DRAW, "Draws, in the order in which they act",
          Part.PROCESSOR, "Processors, in the order in which they act");

  @Test
  void generationHasThoseOfTheSearch() throws IOException {
    assertHolds(DOCS.resolve("generation.md"), tables());
  }

  @Test
  void dataSetsHaveThoseOfARequest() throws IOException {
    assertHolds(DOCS.resolve("dataset.md"), table(LineOptions.SETTINGS));
  }

  private static void assertHolds(Path file, String tables) throws IOException {
    String page = Files.readString(file);
    int start = page.indexOf(START) + START.length();
    int end = page.indexOf(END);
    if ("write".equals(System.getProperty("deed.docs"))) {
      Files.writeString(file, page.substring(0, start) + tables + page.substring(end));
    } else {
      assertThat(page.substring(start, end))
          .as("run it with -Ddeed.docs=write after a change of the settings")
          .isEqualTo(tables);
    }
  }

  private static String tables() {
    StringBuilder tables = new StringBuilder();
    for (Part part : Part.values()) {
      tables.append(
          "**%s**%n%n%s%n"
              .formatted(
                  HEADINGS.get(part),
                  table(
                      GenerationSetting.ALL.stream()
                          .filter(setting -> setting.part() == part)
                          .toList())));
    }
    return tables.toString();
  }

  private static String table(List<? extends Setting<?>> settings) {
    return "| setting | option | takes | what it does |%n|---|---|---|---|%n".formatted()
        + settings.stream().map(SettingsPageTest::row).collect(Collectors.joining());
  }

  private static String row(Setting<?> setting) {
    return "| `%s` | %s | %s | %s |%n"
        .formatted(
            setting.name(),
            setting.isOption() ? "`" + setting.option() + "`" : "",
            escaped(setting.type().range()),
            escaped(setting.help()));
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|");
  }
}
