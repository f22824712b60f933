package dev.deed.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which threshold goes with which policy. */
@ExtendWith(Chromium.class)
class PageSettingsTest {
  private static final String ADDRESS = "#model=ofa-tasks&example=one-row&compare=no";

  private final Page page;

  PageSettingsTest(Page page) {
    this.page = page;
  }

  @AfterEach
  void nothingWentWrong() {
    page.assertNoTrouble(true);
  }

  /** What the page asks for next, of a service that never answers. */
  private String exitsAfter(Runnable change) {
    page.run("probe.calls = []; probe.hold = true");
    change.run();
    page.await("probe.calls.length > 0");
    return page.calls().get(0).get("body").path("exits").toString();
  }

  private String exitsOf(String policy) {
    return exitsAfter(() -> page.choose("#policy", policy));
  }

  private String exitsAt(double threshold) {
    return exitsAfter(
        () ->
            page.run(
                """
                const field = document.getElementById('threshold-number');
                field.value = arguments[0];
                field.dispatchEvent(new Event('change'));
                """,
                threshold));
  }

  /** A probability at which a draft pays is no threshold at which an answer is right. */
  @Test
  void noPlainPolicyTakesAThresholdOfDrafts() {
    page.open(ADDRESS);
    assertThat(exitsOf("lossless")).isEqualTo("{\"threshold\":0.95,\"lossless\":true}");
    assertThat(exitsAt(0.3)).isEqualTo("{\"threshold\":0.3,\"lossless\":true}");
    assertThat(exitsOf("margin")).isEqualTo("{\"policy\":\"margin\",\"threshold\":0.99}");
    assertThat(exitsAt(0.7)).isEqualTo("{\"policy\":\"margin\",\"threshold\":0.7}");
    assertThat(exitsOf("entropy")).isEqualTo("{\"policy\":\"entropy\",\"threshold\":0.7}");
  }

  /** One that the page has no words for goes by its name. */
  @Test
  void measuredPoliciesAreThoseOfTheService() {
    page.open(ADDRESS);
    page.await("document.querySelectorAll('#policy option').length > 0");
    page.run(
        """
        return import('/page/policies.js').then(policies => {
          window.before = policies.POLICIES.map(each => each.id);
          policies.readPolicies({ threshold: { 'x-policies': ['margin', 'novel'] } });
          window.after = policies.POLICIES.map(each => each.label);
        });
        """);
    assertThat(page.json("window.before.slice(1, -3)").toString())
        .isEqualTo("[\"max_prob\",\"margin\",\"entropy\",\"similarity\",\"gate\"]");
    assertThat(page.json("window.after.slice(1, -3)").toString())
        .isEqualTo("[\"margin\",\"novel\"]");
    page.leave();
    page.open(ADDRESS);
  }

  /** The folder's own exits are lossless: with another threshold they still are. */
  @Test
  void aMovedThresholdLeavesDraftsVerified() {
    page.open(ADDRESS);
    page.run(
        """
        return import('/page/settings.js').then(({ state }) => {
          state.model.policy = { policy: 'max_prob', threshold: 0.5, lossless: true };
          state.model.lossless_policy = state.model.policy;
        });
        """);
    assertThat(exitsOf("own")).isEmpty();
    assertThat(exitsAt(0.3)).isEqualTo("{\"threshold\":0.3,\"lossless\":true}");
    assertThat(page.json("document.getElementById('policy').value").asText()).isEqualTo("lossless");
    assertThat(exitsOf("own")).isEmpty();
    assertThat(exitsOf("margin")).isEqualTo("{\"policy\":\"margin\",\"threshold\":0.9}");
    page.leave();
    page.open(ADDRESS);
  }

  @Test
  void theLegendOfTwoLayersNamesOneThatDrafts() {
    page.open(ADDRESS);
    String legend =
        page.json(
                """
                (() => {
                  const tokens = document.createElement('deed-tokens');
                  document.body.append(tokens);
                  tokens.start([1, 2], 2);
                  const text = tokens.legend.textContent;
                  tokens.remove();
                  return text;
                })()
                """)
            .asText();
    assertThat(legend).endsWith("1: drafted there and kept. 2: written by full depth.");
    assertThat(legend).doesNotContain("…");
  }
}
