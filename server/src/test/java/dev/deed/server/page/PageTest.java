package dev.deed.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** What the page shows is what the service answered. */
@ExtendWith(Chromium.class)
class PageTest {
  private static final String ONE_ROW = "#model=ofa-tasks&example=one-row";
  private static final String THREE_ROWS = "#model=ofa-tasks&example=three-rows";

  /** Without the answer at full depth. */
  private static final String ALONE = "&compare=no";

  private static final int LAYERS = 6;

  private final Page page;

  PageTest(Page page) {
    this.page = page;
  }

  @AfterEach
  void nothingWentWrong() {
    page.assertNoTrouble(true);
  }

  @Test
  void tokensStandOnColourAndNumberOfTheirExitLayer() {
    page.open(THREE_ROWS + ALONE);
    JsonNode answer = page.answerTo(0);
    List<Integer> exits = Page.integers(answer.get("exit_layers"));
    assertThat(page.layersOfTokens()).isEqualTo(exits);
    JsonNode badges =
        page.json(
            "[...document.querySelectorAll('#tokens .token .badge')].map(e =>"
                + " Number(e.textContent))");
    assertThat(Page.integers(badges)).isEqualTo(exits);
    JsonNode words =
        page.json(
            "[...document.querySelectorAll('#tokens .text:not(.end)')].map(e => e.textContent)");
    assertThat(words.valueStream().map(JsonNode::asText))
        .containsExactly(answer.get("text").asText().split(" "));
    assertThat(page.text("#text pre")).isEqualTo(answer.get("text").asText());

    Map<Integer, String> colours = new HashMap<>();
    JsonNode seen =
        page.json(
            "[...document.querySelectorAll('#tokens .badge')].map(e =>"
                + " getComputedStyle(e).backgroundColor)");
    for (int i = 0; i < exits.size(); i++) {
      String colour = seen.get(i).asText();
      assertThat(colours.getOrDefault(exits.get(i), colour)).isEqualTo(colour);
      colours.put(exits.get(i), colour);
    }
    assertThat(colours.values()).doesNotHaveDuplicates().hasSizeGreaterThan(2);
    for (int layer = 1; layer <= LAYERS; layer++) {
      assertThat(
              page.json(
                      "Number(document.querySelector('.legend [data-layer=\"%d\"]').dataset.count)"
                          .formatted(layer))
                  .asInt())
          .isEqualTo(Collections.frequency(exits, layer));
    }
  }

  @Test
  void gridShowsWhatRanWhatWasFilledAndWhatNeverRan() {
    page.open(THREE_ROWS + ALONE);
    JsonNode answer = page.answerTo(0);
    List<Integer> exits = Page.integers(answer.get("exit_layers"));
    assertThat(cells()).isEqualTo(whatRan(exits));
    int run = exits.stream().mapToInt(Integer::intValue).sum();
    int layersRun = answer.get("layers_run").asInt();
    assertThat(layersRun).isGreaterThan(run);
    assertThat(count("run")).isEqualTo(run);
    assertThat(count("filled")).isEqualTo(layersRun - run);
    assertThat(count("never")).isEqualTo(LAYERS * exits.size() - layersRun);
    // Every cell run for its own token is drawn, in the colour of its exit layer.
    for (int layer : exits.stream().distinct().toList()) {
      assertThat(
              page.json(
                      "document.querySelector('[data-kind=\"run-%d\"]').getAttribute('d').split('M').length - 1"
                          .formatted(layer))
                  .asInt())
          .isEqualTo(layer * Collections.frequency(exits, layer));
    }
    // Blocks of filled cells are as long as what they fill.
    JsonNode filled =
        page.json(
            """
            [...document.querySelectorAll('deed-grid .fill')]
              .flatMap(path => [...path.getAttribute('d').matchAll(/h([\\d.]+)v/g)])
              .map(match => Math.round(match[1] / document.querySelector('deed-grid').width))
            """);
    assertThat(Page.integers(filled).stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(layersRun - run);
  }

  /**
   * By definition, cell by cell: the step of the first token, from this one on, that goes so deep.
   */
  private static List<List<Integer>> whatRan(List<Integer> exits) {
    List<List<Integer>> cells = new ArrayList<>();
    for (int token = 0; token < exits.size(); token++) {
      List<Integer> column = new ArrayList<>();
      for (int layer = 1; layer <= LAYERS; layer++) {
        int step = token;
        while (step < exits.size() && exits.get(step) < layer) step++;
        column.add(step < exits.size() ? step : -1);
      }
      cells.add(column);
    }
    return cells;
  }

  private List<List<Integer>> cells() {
    return page.json("document.querySelector('deed-grid').cells")
        .valueStream()
        .map(Page::integers)
        .toList();
  }

  private int count(String kind) {
    return page.json(
            "Number(document.querySelector('deed-grid .key [data-kind=\"%s\"]').dataset.count)"
                .formatted(kind))
        .asInt();
  }

  @Test
  void theReplayGoesBackToAnyStep() {
    page.open(ONE_ROW + ALONE);
    List<Integer> exits = page.layersOfTokens();
    page.run(
        "const s = document.querySelector('.replay input'); s.value = 9; s.dispatchEvent(new"
            + " Event('input'))");
    assertThat(cells()).isEqualTo(whatRan(exits.subList(0, 10)));
    assertThat(page.json("document.querySelectorAll('.token.later').length").asInt())
        .isEqualTo(exits.size() - 10);
    // Halted inside the page: on a busy machine it would have ended before a click from outside.
    page.run(
        """
        const grid = document.querySelector('deed-grid');
        probe.halted = false;
        grid.addEventListener('step', () => {
          if (grid.step < 12 || probe.halted) return;
          document.querySelector('.replay button').click();
          probe.halted = true;
        });
        """);
    page.click(".replay button");
    page.await("probe.halted");
    assertThat(page.text(".replay button")).isEqualTo("Replay");
    assertThat(page.json("document.querySelector('deed-grid').timer").isNull()).isTrue();
    assertThat(cells()).isEqualTo(whatRan(exits.subList(0, 13)));
    assertThat(exits).hasSizeGreaterThan(13);
  }

  @Test
  void aTokenTellsWhatWasAskedAndWhatFilledItLater() {
    page.open(THREE_ROWS + ALONE);
    JsonNode answer = page.answerTo(0);
    List<Integer> exits = Page.integers(answer.get("exit_layers"));
    int deepest = exits.indexOf(Collections.max(exits));
    // The first answer opens with its deepest token.
    assertThat(
            page.json("document.querySelectorAll('deed-token .asked [data-layer]').length").asInt())
        .isEqualTo(exits.get(deepest));
    assertThat(page.text("deed-token .asked [data-layer=\"1\"] .number"))
        .isEqualTo("%.4f".formatted(answer.get("consulted").get(deepest).get(0).asDouble()));
    assertThat(page.text("deed-token .threshold")).isEqualTo("Threshold 0.99");
    assertThat(page.text("deed-token .alternatives .number"))
        .isEqualTo("%.4f".formatted(Math.exp(answer.get("log_probs").get(deepest).asDouble())));

    page.run("document.querySelector('.token[data-index=\"0\"]').focus()");
    List<Integer> first = whatRan(exits).getFirst();
    assertThat(page.text("deed-token")).contains("It left at layer 1 of 6");
    for (int layer = 2; layer <= LAYERS; layer++) {
      int step = first.get(layer - 1);
      assertThat(page.text("deed-token"))
          .contains(step < 0 ? "never ran for it" : "The step of token %d ran".formatted(step + 1));
    }
  }

  /** Drafts are told from what full depth wrote, and every cell ran: all of it was verified. */
  @Test
  void losslessExitsShowDraftsAsSuch() {
    page.open(THREE_ROWS + "&policy=lossless&threshold=0.5");
    JsonNode asked = page.calls().get(0).get("body").get("exits");
    assertThat(asked.get("lossless").asBoolean()).isTrue();
    assertThat(asked.get("threshold").asDouble()).isEqualTo(0.5);
    JsonNode answer = page.answerTo(0);
    List<Integer> exits = Page.integers(answer.get("exit_layers"));
    assertThat(page.layersOfTokens()).isEqualTo(exits);
    int drafted = exits.stream().filter(layer -> layer < LAYERS).mapToInt(layer -> layer).sum();
    int written = LAYERS * Collections.frequency(exits, LAYERS);
    assertThat(drafted).isPositive();
    assertThat(count("draft")).isEqualTo(drafted);
    assertThat(count("run")).isEqualTo(written);
    assertThat(count("filled")).isEqualTo(LAYERS * exits.size() - drafted - written);
    assertThat(cells().stream().flatMap(List::stream)).doesNotContain(-1);
    assertThat(page.text(".legend [data-key=\"drafts\"]"))
        .contains("1…5: drafted there and kept. 6: written by full depth.");
    assertThat(page.text("#status"))
        .contains(
            "%d of %d drafts kept"
                .formatted(answer.get("accepted").asInt(), answer.get("drafted").asInt()))
        .contains("The same answer as full depth.");
    assertThat(page.text(".verdict"))
        .startsWith("Same answer. Full depth kept ")
        .contains(" drafts.");
    page.run(
        "document.querySelector('.token[data-index=\"%d\"]').focus()"
            .formatted(exits.indexOf(Collections.min(exits))));
    assertThat(page.text("deed-token")).contains("of 6 and kept", "verified it");
    page.run(
        "document.querySelector('.token[data-index=\"%d\"]').focus()"
            .formatted(exits.indexOf(LAYERS)));
    assertThat(page.text("deed-token")).contains("Full depth wrote it, at layer 6");
  }

  @Test
  void aDifferentAnswerIsMarkedWhereItParts() {
    page.open(THREE_ROWS + "&policy=static&layer=1");
    List<Integer> ids = Page.integers(page.answerTo(0).get("token_ids"));
    List<Integer> full = Page.integers(page.answerTo(1).get("token_ids"));
    int at = 0;
    while (ids.get(at).equals(full.get(at))) at++;
    assertThat(page.text(".verdict")).startsWith("First difference at token %d:".formatted(at + 1));
    assertThat(page.json("document.querySelector('.token.differs').dataset.index").asInt())
        .isEqualTo(at);
  }

  @Test
  void theSliderCancelsAndAsksAgainOnce() {
    page.open(ONE_ROW + ALONE);
    page.run("probe.calls = []; probe.hold = true");
    page.click("#run");
    page.await("probe.calls.length === 1");
    page.run("document.getElementById('threshold').focus()");
    page.press(Keys.ARROW_LEFT);
    page.await("probe.calls.length === 2");
    // As fast as a slider moves under a pointer.
    page.run(
        """
        const slider = document.getElementById('threshold');
        for (let i = 0; i < 2; i++) {
          slider.value = slider.valueAsNumber - 1;
          slider.dispatchEvent(new Event('input'));
        }
        """);
    page.await("probe.calls.length === 3");
    JsonNode calls = page.calls();
    assertThat(calls.get(0).get("aborted").asBoolean()).isTrue();
    assertThat(calls.get(1).get("aborted").asBoolean()).isTrue();
    assertThat(calls.get(2).get("aborted").asBoolean()).isFalse();
    assertThat(calls.get(1).get("body").get("exits").toString())
        .isEqualTo("{\"policy\":\"max_prob\",\"threshold\":0.98}");
    assertThat(calls.get(2).get("body").get("exits").toString())
        .isEqualTo("{\"policy\":\"max_prob\",\"threshold\":0.95}");
    page.run("probe.hold = false; probe.release.at(-1)()");
    page.awaitAnswer();
    assertThat(page.calls()).hasSize(3);
    assertThat(page.layersOfTokens()).isEqualTo(Page.integers(page.answerTo(2).get("exit_layers")));
    assertThat(page.json("location.hash").asText())
        .contains("policy=max_prob")
        .contains("threshold=0.95");
  }

  @Test
  void stopEndsARun() {
    page.open(ONE_ROW + ALONE);
    page.run("probe.calls = []; probe.hold = true");
    page.click("#run");
    page.await("probe.calls.length === 1");
    page.click("#stop");
    page.await("probe.calls[0].aborted");
    assertThat(page.text("#status")).isEqualTo("Stopped.");
    assertThat(page.find("#stop").isEnabled()).isFalse();
  }

  @Test
  void everyPolicyIsAskedForAndShown() {
    page.open(ONE_ROW + ALONE);
    JsonNode policies =
        page.json("[...document.getElementById('policy').options].map(e => e.value)");
    assertThat(policies.valueStream().map(JsonNode::asText))
        .containsExactly(
            "own",
            "max_prob",
            "margin",
            "entropy",
            "similarity",
            "gate",
            "lossless",
            "static",
            "full");
    for (JsonNode policy : policies) {
      String name = policy.asText();
      page.forgetCalls();
      page.choose("#policy", name);
      page.awaitAnswer();
      JsonNode exits = page.calls().get(0).get("body").path("exits");
      // What drafts leave by is left to the model, which states it.
      boolean named = !List.of("own", "lossless").contains(name);
      assertThat(exits.path("policy").asText()).isEqualTo(named ? name : "");
      assertThat(exits.has("lossless")).isEqualTo(name.equals("lossless"));
      assertThat(exits.has("threshold"))
          .isEqualTo(!List.of("own", "static", "full").contains(name));
      assertThat(exits.has("exit_at")).isEqualTo(name.equals("static"));
      assertThat(page.layersOfTokens())
          .as(name)
          .isEqualTo(Page.integers(page.answerTo(0).get("exit_layers")));
      assertThat(page.calls()).hasSize(1);
    }
  }

  @Test
  void markupIsDrawnBesideTheScreenshot() {
    page.open("#model=screenshot-markup&example=two-rows" + ALONE);
    String text = page.answerTo(0).get("text").asText();
    for (String word :
        List.of("btn-active", "btn-green", "btn-orange", "btn-red", "quadruple", "single", "row")) {
      assertThat(
              page.json("document.querySelectorAll('deed-drawn .page-%s').length".formatted(word))
                  .asInt())
          .as(word)
          .isEqualTo(List.of(text.split(" ")).stream().filter(word::equals).count());
    }
    assertThat(page.json("document.querySelector('deed-drawn img').src").asText())
        .isEqualTo(page.calls().get(0).get("image").asText());
    page.click("[data-example=\"one-row\"]");
    page.await("document.querySelectorAll('deed-drawn .page-row').length === 1");
  }

  @Test
  void theAddressHoldsTheState() {
    page.open(THREE_ROWS + ALONE + "&policy=static&layer=2");
    assertThat(page.layersOfTokens()).containsOnly(2);
    page.click("[data-example=\"one-row\"]");
    page.choose("#policy", "own");
    page.await("!probe.calls.at(-1).body.exits && location.hash.includes('policy=own')");
    page.awaitAnswer();
    String hash = page.json("location.hash").asText();
    page.leave();
    page.open(hash);
    assertThat(page.json("location.hash").asText()).isEqualTo(hash).contains("example=one-row");
    assertThat(page.json("document.querySelector('[aria-pressed=true]').dataset.example").asText())
        .isEqualTo("one-row");
  }
}
