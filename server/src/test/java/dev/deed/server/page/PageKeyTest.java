package dev.deed.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** The page of a service that wants a key. */
@ExtendWith(Chromium.class)
class PageKeyTest {
  private static final String KEY = "sesame-9";
  private static final PageServer SERVICE = new PageServer(KEY, "screenshot-markup");

  private final Page page;

  PageKeyTest(Page browser) {
    this.page = browser.at(SERVICE.address());
  }

  @AfterAll
  static void close() {
    SERVICE.close();
  }

  @AfterEach
  void leave() {
    page.assertNoTrouble(false);
    page.leave();
  }

  private void show() {
    page.show("#model=screenshot-markup&example=one-row&compare=no", 1280, 900, "light");
    page.await("document.getElementById('key-dialog').open");
  }

  private void give(String key) {
    page.find("#key").sendKeys(key, Keys.ENTER);
  }

  @Test
  void theDialogueOpensAtOnceAndTheKeyOpensThePage() {
    show();
    assertThat(page.json("document.activeElement.id").asText()).isEqualTo("key");
    assertThat(page.text("#key-words")).contains("answers only to requests with its key");
    assertThat(page.axeFindings()).isEmpty();
    // No request was refused.
    page.assertNoTrouble(true);
    page.photograph("key");

    give("wrong");
    page.await("document.getElementById('key-words').textContent.includes('refuses')");
    assertThat(page.json("document.getElementById('key-dialog').open").asBoolean()).isTrue();
    assertThat(page.find("#key").getAttribute("aria-invalid")).isEqualTo("true");
    assertThat(page.axeFindings()).isEmpty();

    give(KEY);
    page.awaitAnswer();
    assertThat(page.json("document.getElementById('key-dialog').open").asBoolean()).isFalse();
    assertThat(page.find("#trouble").isDisplayed()).isFalse();
    page.await(
        "[...document.querySelectorAll('.thumbnail')].filter(e => e.naturalWidth > 0).length > 2");
    assertThat(page.json("JSON.stringify([{...localStorage}, document.cookie, location.href])"))
        .asString()
        .doesNotContain(KEY);
    // A reload keeps it, another tab does not get it.
    page.reload();
    page.awaitAnswer();
    assertThat(page.json("document.getElementById('key-dialog').open").asBoolean()).isFalse();
  }

  @Test
  void theDialogueCanBeLeftAndOpenedAgain() {
    show();
    page.press(Keys.ESCAPE);
    page.await("!document.getElementById('key-dialog').open");
    assertThat(page.text("#trouble")).contains("works with the key of the service");
    page.click("#trouble button");
    page.await("document.getElementById('key-dialog').open");
    page.click("#key-later");
    page.await("!document.getElementById('key-dialog').open");
    page.click("#trouble button");
    give(KEY);
    page.awaitAnswer();
  }

  /** Headers carry no such character: that is no lost connection. */
  @Test
  void aKeyThatNoHeaderCarriesIsRefused() {
    show();
    give("sésame→9");
    page.await("document.getElementById('key-words').textContent.includes('refuses')");
    give(KEY);
    page.awaitAnswer();
  }
}
