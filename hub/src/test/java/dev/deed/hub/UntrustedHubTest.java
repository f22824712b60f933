package dev.deed.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hub says is checked before it is used. */
final class UntrustedHubTest extends HubFixture {
  @Test
  void wrongBytesAreNotKept() {
    byte[] wrong = weights().clone();
    wrong[wrong.length - 1] ^= 1;
    hub.wrong.put(WEIGHTS, wrong);
    assertRefused(WEIGHTS, "other content than its tag says");
    hub.wrong.clear();
    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(weights());
  }

  @Test
  void moreBytesThanWereSaidAreRefused() {
    hub.headers.put(WEIGHTS, Map.of("X-Linked-Size", "1000"));
    assertRefused(WEIGHTS, "more bytes than the hub says");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"../../../x\"",
        "\"\"",
        "\"abc\"",
        "\"ABCDEF7890123456789012345678901234567890\""
      })
  void tagsThatAreNoHashAreRefused(String tag) {
    hub.headers.put("config.json", Map.of("ETag", tag));
    assertRefused("config.json", "tag that is no hash");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1e3", "99999999999999999999", ""})
  void sizesThatAreNoneAreRefused(String size) {
    hub.headers.put(WEIGHTS, Map.of("X-Linked-Size", size));
    assertRefused(WEIGHTS, "has no size");
  }

  @Test
  void moreThanTheDiskHoldsIsNotBegun() {
    hub.headers.put(WEIGHTS, Map.of("X-Linked-Size", "900000000000000"));
    assertRefused("needs 900000000 MB");
    assertThat(hub.requests("GET /" + WEIGHTS)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"file:///etc/hostname", "ftp://127.0.0.1/x", "http://u:p@127.0.0.1/x", "", ":"})
  void redirectsElsewhereAreRefused(String location) {
    hub.headers.put(WEIGHTS, Map.of("Location", location));
    assertRefused("hub http://127.0.0.1", "redirects to");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc", "main", "ABCDEF", ""})
  void commitsThatAreNoneAreRefused(String commit) {
    hub.commit = commit;
    assertThatThrownBy(this::fetch).hasMessageContaining("names no commit");
    assertThat(cache).isEmptyDirectory();
  }
}
