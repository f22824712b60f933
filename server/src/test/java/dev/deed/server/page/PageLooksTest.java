package dev.deed.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** Keyboard, screen readers, themes, phones; and the picture of the README. */
@ExtendWith(Chromium.class)
class PageLooksTest {
  private static final String ONE_ROW = "#model=ofa-tasks&example=one-row";

  private final Page page;

  PageLooksTest(Page page) {
    this.page = page;
  }

  @ParameterizedTest
  @CsvSource({"light,1360", "dark,1360", "light,390"})
  void axeFindsNothingSerious(String theme, int width) {
    page.open(ONE_ROW, width, 1420, theme);
    assertThat(page.axeFindings()).isEmpty();
    page.photograph(theme + "-" + width);
    if (width < 600) return;
    page.answerNext(401, Map.of(), "{\"error\":{\"message\":\"no key\"}}");
    page.run("document.querySelectorAll('details').forEach(each => each.open = true)");
    page.click("#run");
    page.await("document.getElementById('key-dialog').open");
    assertThat(page.axeFindings()).isEmpty();
    page.photograph(theme + "-key");
    page.leave();
  }

  @Test
  void aPhoneNeedsNoScrollingSideways() {
    int width = 320;
    page.open(ONE_ROW, width, 800, "light");
    page.run("document.querySelectorAll('details').forEach(each => each.open = true)");
    assertThat(page.json("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(width);
    assertThat(page.json("document.body.getBoundingClientRect().right").asDouble())
        .isLessThanOrEqualTo(width);
  }

  @Test
  void everythingIsReachedWithTheKeyboard() {
    page.leave();
    page.open(ONE_ROW);
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      page.press(Keys.TAB);
      JsonNode focus =
          page.json(
              """
              (() => {
                const e = document.activeElement;
                const ring = e.matches('.drop input') ? e.parentElement : e;
                const name = e.matches('.token') ? 'token' : e.id || e.dataset.example || e.textContent;
                return [name, getComputedStyle(ring).outlineStyle];
              })()""");
      if (focus.get(0).asText().equals("token")) {
        reached.add("token");
        page.press(Keys.ARROW_RIGHT);
        page.press(Keys.ARROW_RIGHT);
        page.press(Keys.END);
        page.press(Keys.HOME);
        page.press(Keys.ARROW_RIGHT);
        assertThat(page.text(".token:focus .text")).isEqualTo("{");
        assertThat(page.text("deed-token h3")).contains("2 of 24");
      } else {
        reached.add(focus.get(0).asText());
      }
      assertThat(focus.get(1).asText()).as(focus.toString()).isNotEqualTo("none");
      if (focus.get(0).asText().equals("Python")) break;
    }
    assertThat(reached)
        .containsSubsequence(
            "theme",
            "model",
            "one-row",
            "prompt",
            "policy",
            "threshold",
            "threshold-number",
            "compare",
            "run",
            "token",
            "Replay",
            "Measure",
            "curl",
            "Python");
    assertThat(reached.stream().filter("token"::equals)).hasSize(1);
  }

  @Test
  void theThemeCanBeChosen() {
    page.open(ONE_ROW + "&compare=no", 1360, 900, "light");
    String before = ground();
    page.choose("#theme", "dark");
    assertThat(ground()).isNotEqualTo(before);
    page.reload();
    page.awaitAnswer();
    assertThat(page.json("document.documentElement.dataset.theme").asText()).isEqualTo("dark");
    page.choose("#theme", "");
    assertThat(ground()).isEqualTo(before);
  }

  private String ground() {
    return page.json("getComputedStyle(document.documentElement).backgroundColor").asText();
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void numbersReadWellOnTheirLayersColour(String theme) {
    page.open(ONE_ROW + "&compare=no", 1360, 900, theme);
    for (int layers : List.of(2, 6, 24)) {
      page.run(
          """
          import('/page/method.js').then(method => {
            method.paintLayers(document.documentElement, arguments[0]);
            window.painted = arguments[0];
          });
          """,
          layers);
      page.await("window.painted === arguments[0]", layers);
      JsonNode contrasts =
          page.json(
              """
              (() => {
                const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
                  .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                  .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
                const probe = document.querySelector('.badge');
                return Array.from({ length: arguments[0] }, (_, i) => {
                  probe.style.setProperty('--exit', `var(--exit-${i + 1})`);
                  probe.style.setProperty('--exit-ink', `var(--exit-ink-${i + 1})`);
                  const style = getComputedStyle(probe);
                  const [a, b] = [light(style.backgroundColor), light(style.color)];
                  return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), a];
                });
              })()""",
              layers);
      double before = theme.equals("light") ? 1 : 0;
      for (JsonNode each : contrasts) {
        assertThat(each.get(0).asDouble()).isGreaterThanOrEqualTo(4.5);
        double luminance = each.get(1).asDouble();
        assertThat(luminance).isNotEqualTo(before);
        assertThat(luminance < before).isEqualTo(theme.equals("light"));
        before = luminance;
      }
    }
  }

  @Test
  void threeHundredTokensOfManyLayersStillFit() {
    page.open(ONE_ROW + "&compare=no");
    page.run(
        """
        const exits = Array.from({ length: 300 }, (_, i) => i % 97 === 96 ? 24 : i % 13 === 12 ? 9 : 1 + i % 4);
        import('/page/method.js').then(method => method.paintLayers(document.documentElement, 24));
        document.querySelector('deed-grid').show(exits, 24, exits.map(String));
        """);
    page.await("document.querySelector('deed-grid .key [data-kind=run]').dataset.count > 500");
    JsonNode sizes =
        page.json(
            "['clientWidth', 'scrollWidth', 'clientHeight'].map(name => document.querySelector('.scroll')[name])");
    assertThat(sizes.get(2).asInt()).isBetween(120, 260);
    assertThat(sizes.get(1).asInt()).isEqualTo(sizes.get(0).asInt());
    assertThat(page.json("document.querySelectorAll('deed-grid svg *').length").asInt())
        .isLessThan(120);
    page.photograph("long");
  }

  /** With {@code -Ddeed.page.picture=true}, the picture of the README is taken anew. */
  @Test
  @EnabledIfSystemProperty(named = "deed.page.picture", matches = "true")
  void thePictureOfTheReadme() throws Exception {
    page.open("#model=ofa-tasks&example=three-rows", 1360, 1180, "light");
    byte[] png = page.photograph("page");
    assertThat(png).hasSizeLessThan(400_000);
    Path root = Path.of(Objects.requireNonNull(System.getProperty("deed.root")));
    Files.write(root.resolve("docs/page.png"), png);
  }
}
