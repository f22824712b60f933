package dev.deed.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the page says beside full depth: counts at once, times only where they were measured. */
@ExtendWith(Chromium.class)
class PageMeasureTest {
  private static final String THREE_ROWS = "#model=ofa-tasks&example=three-rows";
  private static final String BESIDE =
      "document.getElementById('comparison').textContent"
          + " + document.getElementById('timing').textContent";

  private final Page page;

  PageMeasureTest(Page page) {
    this.page = page;
  }

  @AfterEach
  void nothingWentWrong() {
    page.assertNoTrouble(true);
  }

  /** It said "decoding takes 2,816 % more time" of two cold runs of 20 ms. */
  @Test
  void aVisitCountsAndSaysNothingOfTimes() {
    page.leave();
    page.open(THREE_ROWS);
    JsonNode calls = page.calls();
    assertThat(calls).hasSize(2);
    assertThat(calls.get(0).get("body").has("exits")).isFalse();
    assertThat(calls.get(1).get("body").get("exits").get("policy").asText()).isEqualTo("full");
    JsonNode exits = page.answerTo(0);
    int run = exits.get("layers_run").asInt();
    int possible = exits.get("layers_possible").asInt();
    assertThat(possible).isEqualTo(page.answerTo(1).get("layers_run").asInt());
    assertThat(layersShown("with exits")).isEqualTo(run);
    assertThat(layersShown("full depth")).isEqualTo(possible);
    assertThat(page.text("#status"))
        .contains("%d of %d layers run (".formatted(run, possible))
        .contains(" of them filled just in time. The same answer as full depth.");
    assertThat(page.text(".verdict")).startsWith("Same answer. ").endsWith(" % fewer layers ran.");
    assertThat(page.json(BESIDE).asText()).doesNotContain("less time", "more time", " ms");
  }

  private int layersShown(String run) {
    return page.json(
            "Number(document.querySelector('#comparison [data-run=\"%s\"] .number').textContent)"
                .formatted(run))
        .asInt();
  }

  /** It said "237 % of the layers ran". */
  @Test
  void positionsOfADecoderPromptCountOnBothSides() {
    page.open("#model=referring&policy=full");
    int run = page.answerTo(0).get("layers_run").asInt();
    assertThat(page.text("#status"))
        .contains("%d of %d layers run (100 %%)".formatted(run, run))
        .contains(" for the decoder prompt.");
  }

  @Test
  void measuringTakesTurnsWithoutTraces() {
    page.open(THREE_ROWS);
    page.click("#timing button");
    page.await("document.getElementById('status').textContent.startsWith('Measured.')");
    JsonNode untraced =
        page.json(
            "probe.calls.filter(each => !each.body.trace).map(each => each.body.exits?.policy"
                + " ?? 'own')");
    List<String> sides = untraced.valueStream().map(JsonNode::asText).toList();
    assertThat(sides).hasSizeBetween(2 * 6, 2 * 40);
    assertThat(sides).startsWith("own", "full");
    assertThat(sides.stream().filter("own"::equals)).hasSize(sides.size() / 2);
    assertThat(page.text("#timing")).contains("pairs of runs by turns, after a warm-up");
    assertThat(page.text("#timing .words"))
        .matches("(Decoding takes \\d+ % (less|more) time|No measurable difference) \\(.*\\)\\.");
    assertThat(page.json("document.querySelectorAll('#timing .row').length").asInt()).isEqualTo(2);
    assertThat(page.find("#stop").isEnabled()).isFalse();
    page.photograph("measured");
    // Another answer has not been measured.
    page.forgetCalls();
    page.choose("#policy", "margin");
    page.awaitAnswer();
    assertThat(page.text("#timing .words")).isEmpty();
    assertThat(page.text("#timing .note")).startsWith("One run each says little.");
    page.forgetCalls();
    page.choose("#policy", "full");
    page.awaitAnswer();
    assertThat(page.find("#timing").isDisplayed()).isFalse();
  }

  @Test
  void measuringIsCancelled() {
    page.open(THREE_ROWS);
    page.forgetCalls();
    page.run("probe.hold = true");
    page.click("#timing button");
    page.await("probe.calls.length === 1");
    assertThat(page.find("#timing progress").isDisplayed()).isTrue();
    assertThat(page.text("#timing button")).isEqualTo("Cancel");
    page.click("#timing button");
    page.await("probe.calls[0].aborted");
    assertThat(page.text("#status")).isEqualTo("Stopped.");
    assertThat(page.text("#timing button")).isEqualTo("Measure");
    assertThat(page.find("#timing progress").isDisplayed()).isFalse();
    assertThat(page.calls()).hasSize(1);
  }

  /** Runs of minutes, and quick ones, end after a bounded time. */
  @Test
  void measuringEndsByCountAndByTime() {
    page.open(THREE_ROWS);
    assertThat(
            page.run(
                """
                return import('/page/measure.js').then(async ({ measure }) => {
                  const shares = [];
                  const pairs = await measure(async name => (name === 'full' ? 2 : 1),
                    new AbortController().signal, share => shares.push(share));
                  return `${pairs.length} ${shares.length} ${shares.every(each => each >= 0 && each <= 1)}`;
                })
                """))
        .isEqualTo("30 40 true");
    assertThat(
            page.run(
                """
                const { timeout } = AbortSignal;
                AbortSignal.timeout = () => timeout.call(AbortSignal, 50);
                return import('/page/measure.js').then(async ({ measure }) => {
                  const stuck = (name, signal) => new Promise((resolve, reject) =>
                    signal.addEventListener('abort', () => reject(signal.reason)));
                  const pairs = await measure(stuck, new AbortController().signal, () => {});
                  AbortSignal.timeout = timeout;
                  return pairs.length;
                })
                """))
        .isEqualTo(0L);
  }

  @Test
  void aDifferenceIsSaidWhereTheIntervalHoldsNone() {
    page.open(THREE_ROWS);
    assertThat(said("Array.from({length: 30}, (_, i) => ({exits: 4 + i / 50, full: 10}))"))
        .isEqualTo("Decoding takes 57 % less time (56 % to 58 %).");
    assertThat(said("Array.from({length: 5}, (_, i) => ({exits: 12 + i, full: 10}))"))
        .isEqualTo("Decoding takes 40 % more time (20 % to 60 %).");
    assertThat(said("Array.from({length: 9}, (_, i) => ({exits: 10 * (0.92 + i / 50), full: 10}))"))
        .isEqualTo("No measurable difference (between 6 % less and 6 % more time).");
    // Two pauses of a machine among thirty pairs change nothing.
    assertThat(
            said(
                "Array.from({length: 30}, (_, i) => ({exits: i % 14 ? 5 : 500, full: 10 + i % 2}))"))
        .startsWith("Decoding takes 5");
    assertThat(said("Array.from({length: 4}, () => ({exits: 1, full: 10}))"))
        .isEqualTo("Too slow to measure: 4 pairs of runs in 60 s; it takes 5.");
    assertThat(page.json("document.querySelectorAll('#timing b').length").asInt()).isZero();
  }

  private String said(String pairs) {
    return page.json("document.getElementById('timing').show(" + pairs + ")").asText();
  }
}
