package dev.deed.server.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.testing.Shared;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The server's page with a model of tables: its cells over the picture, and beside it. */
@ExtendWith(Chromium.class)
final class PageTableTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DRAWING = "document.querySelector('#table figure > svg')";

  /** Two headers that span, words that look like markup, and a place without a cell. */
  private static JsonNode answer() throws IOException {
    ObjectNode answer = JSON.createObjectNode().put("rows", 3).put("columns", 3);
    String[] cells = {
      "0 0 2 1 column 5 5 60 65 Nr.", "0 1 1 2 column 60 5 200 35 Year",
          "1 1 1 1 column 60 35 130 65 2025",
      "1 2 1 1 column 130 35 200 65 2026", "2 0 1 1 row 5 65 60 95 a<b>", "2 1 1 1 - 60 65 130 95 1"
    };
    for (String cell : cells) {
      String[] words = cell.split(" ");
      ObjectNode node = answer.withArray("cells").addObject();
      String[] names = {"row", "column", "row_span", "column_span"};
      for (int i = 0; i < names.length; i++) {
        node.put(names[i], Integer.parseInt(words[i]));
      }
      node.put("header", words[4].equals("-") ? null : words[4]).put("text", words[9]);
      for (int i = 5; i < 9; i++) {
        node.withArray("box").add(Integer.parseInt(words[i]));
      }
    }
    return answer;
  }

  /** The first arrow shows a box, others move it, with Shift they size it, Enter reads. */
  private static void drawByKeys(Page page) {
    page.run(
        "document.getElementById('status').textContent = '';"
            + "document.querySelector('#table figure > svg').focus()");
    page.press(Keys.ARROW_RIGHT);
    JsonNode size =
        page.json("(({width, height}) => [width, height])(" + DRAWING + ".viewBox.baseVal)");
    double width = size.get(0).asDouble();
    double height = size.get(1).asDouble();
    assertThat(page.text("#table output")).startsWith("Box from ");
    page.press(Keys.ESCAPE);
    assertThat(page.text("#table output")).isEmpty();
    page.press(Keys.ARROW_DOWN, Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ARROW_UP);
    for (int i = 0; i < 40; i++) {
      page.press(Keys.ARROW_UP);
    }
    page.find("#table figure > svg")
        .sendKeys(Keys.chord(Keys.SHIFT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN));
    page.photograph("table-keys");
    assertThat(page.json("getComputedStyle(" + DRAWING + ").outlineStyle").asText())
        .isEqualTo("solid");
    assertThat(page.axeFindings()).isEmpty();
    page.press(Keys.ENTER);
    page.await("/ tags[.]$/.test(document.getElementById('status').textContent)");
    JsonNode drawn = page.json("JSON.parse(asked.body).table");
    double[] expected = {width * 8 / 40, 0, width * 29 / 40, height * 21 / 40};
    for (int i = 0; i < expected.length; i++) {
      assertThat(drawn.get(i).asDouble()).isCloseTo(expected[i], within(0.01));
    }
    assertThat(page.json("document.activeElement === " + DRAWING).asBoolean()).isTrue();
  }

  @Test
  void cellsAreDrawnOverThePicture(Page browser, @TempDir Path folder) throws IOException {
    Path set = Shared.path("golden/tables/page");
    JsonNode cases = JSON.readTree(set.resolve("cases.json").toFile()).get("cases");
    try (PageServer service = new PageServer(null, set.resolve("model").toString())) {
      Page page = browser.at(service.address());
      page.show("", 1280, 900, "light");
      page.await("document.getElementById('run').textContent === 'Read the table'");
      assertThat(page.find("#answer-title").isDisplayed()).isFalse();
      assertThat(page.find("#compare").isDisplayed()).isFalse();
      assertThat(page.find("#table-section").isDisplayed()).isFalse();
      for (JsonNode one : cases) {
        Path image = folder.resolve(one.get("name").textValue() + ".png");
        BufferedImage whole = ImageIO.read(set.resolve(one.get("image").textValue()).toFile());
        int[] at =
            one.get("table").isNull()
                ? new int[] {0, 0, whole.getWidth(), whole.getHeight()}
                : one.get("table").valueStream().mapToInt(JsonNode::intValue).toArray();
        ImageIO.write(
            whole.getSubimage(at[0], at[1], at[2] - at[0], at[3] - at[1]), "png", image.toFile());
        page.run("document.getElementById('status').textContent = ''");
        page.find("#picture input").sendKeys(image.toString());
        page.await("/ tags[.]$/.test(document.getElementById('status').textContent)");
        page.photograph("table-" + one.get("name").textValue());
        int boxes = page.json("document.querySelectorAll('#table rect').length").asInt();
        assertThat(page.text("#status")).contains(boxes + " cell");
        assertThat(page.json("document.querySelectorAll('#table :is(td, th)[rowspan]').length"))
            .hasToString(String.valueOf(boxes));
        int spans = page.json("document.querySelectorAll('#table rect.span').length").asInt();
        assertThat(
                page.json(
                        "[...document.querySelectorAll('#table [rowspan]')]"
                            + ".filter(e => e.rowSpan > 1 || e.colSpan > 1).length")
                    .asInt())
            .isEqualTo(spans);
        assertThat(page.json("document.querySelectorAll('#table rect.header').length"))
            .isEqualTo(page.json("document.querySelectorAll('#table th').length"));
      }
      page.run(
          "const ask = fetch; window.fetch = (to, how) => ask(to, (window.asked = how));"
              + "document.getElementById('status').textContent = ''");
      page.draw("#table figure > svg", -60, -40, 60, 50);
      page.await("/ tags[.]$/.test(document.getElementById('status').textContent)");
      JsonNode drawn = page.json("JSON.parse(asked.body).table");
      double scale =
          page.json(
                  "document.querySelector('#table figure > svg').viewBox.baseVal.width"
                      + " / document.querySelector('#table figure > svg').clientWidth")
              .asDouble();
      assertThat(drawn.get(2).asDouble() - drawn.get(0).asDouble())
          .isCloseTo(120 * scale, within(4.0));
      assertThat(drawn.get(3).asDouble() - drawn.get(1).asDouble())
          .isCloseTo(90 * scale, within(4.0));
      page.photograph("table-drawn");
      drawByKeys(page);
      page.run(
          "const s = document.querySelector('#table figure > svg'); s.setPointerCapture = () => {};"
              + "window.asked = null; for (const [name, at] of [['pointerdown', 5], ['pointermove',"
              + " 80], ['pointercancel', 80], ['pointerup', 90]]) s.dispatchEvent(new"
              + " PointerEvent(name, { clientX: at, clientY: at, pointerId: 1 }))");
      assertThat(page.json("[asked, document.querySelector('#table .drawn')]"))
          .hasToString("[null,null]");
      page.click("h1"); // The pointer leaves the cells.
      page.run(
          "document.getElementById('table').show(arguments[0], null)",
          JSON.convertValue(answer(), Map.class));
      page.photograph("table");
      assertThat(page.text("#table tbody")).isEqualTo("Nr.Year20252026a<b>1");
      assertThat(
              page.json("[...document.querySelectorAll('#table tr')].map(e => e.children.length)"))
          .hasToString("[2,2,3]");
      assertThat(page.json("document.querySelectorAll('#table rect.header.span').length").asInt())
          .isEqualTo(2);
      page.run("document.querySelector('#table rect').dispatchEvent(new Event('pointerenter'))");
      assertThat(page.json("[...document.querySelectorAll('#table .chosen')].map(e => e.tagName)"))
          .hasToString("[\"rect\",\"TH\"]");
      page.show("", 390, 844, "dark");
      page.run("document.getElementById('table-section').scrollIntoView()");
      page.photograph("table-narrow");
      assertThat(page.axeFindings()).isEmpty();
      page.assertNoTrouble(true);
      page.leave();
    }
  }
}
