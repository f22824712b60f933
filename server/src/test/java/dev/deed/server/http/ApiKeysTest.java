package dev.deed.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.deed.server.http.ApiKeys.RequestRate;
import dev.deed.value.Client;
import dev.deed.value.InputException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
  private static Client client(ApiKeys keys, String given) {
    return Objects.requireNonNull(keys.find(given)).client();
  }

  @Test
  void oneKeyNeedsNoName() {
    assertThat(client(ApiKeys.parse("secret-1\n"), "secret-1")).isEqualTo(Client.ANYONE);
    assertThat(ApiKeys.parse("secret-1").find("secret")).isNull();
    assertThat(ApiKeys.parse(null).all()).isEmpty();
  }

  @Test
  void eachOfSeveralKeysHasItsNameAndItsLimits() {
    ApiKeys keys =
        ApiKeys.parse(
            """
            k1 name=shop share=3 rows=4
            k2 name=night priority=-1 rate=60
            """);
    assertThat(client(keys, "k1")).isEqualTo(new Client("shop", 3, 0, 4));
    assertThat(client(keys, "k2")).isEqualTo(new Client("night", 1, -1, Integer.MAX_VALUE));
    assertThat(keys.names()).containsExactlyInAnyOrder("shop", "night");
    assertThat(keys.find("")).isNull();
  }

  @Test
  void whatIsWrongIsToldWithoutTheKey() {
    for (String text :
        new String[] {
          "",
          "k1\nk2",
          "k1 name=a\nk2 name=a",
          "k1 name=a\nk1 name=b",
          "k1 name=a b",
          "k1 name=é",
          "k1 share=0",
          "k1 share=x",
          "k1 priority=1001",
          "k1 rows=0",
          "k1 rate=0",
          "k1 rate=",
          "k1 sharing=2",
          "schlüssel"
        }) {
      assertThatExceptionOfType(InputException.class)
          .as(text)
          .isThrownBy(() -> ApiKeys.parse(text))
          .withMessageStartingWith("API key")
          .withMessageNotContainingAny("k1", "k2", "schl");
    }
  }

  @Test
  void aRateIsAMinutesRequests() {
    RequestRate rate = new RequestRate(3);
    for (int i = 0; i < 3; i++) {
      assertThat(rate.take()).isZero();
    }
    assertThat(rate.take()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
  }

  @Test
  void keysReadAgainKeepWhatWasUsedOfTheSameLines() {
    ApiKeys earlier = ApiKeys.parse("k1 name=a rate=1\nk2 name=b rate=1\nk3 name=c rate=1");
    earlier.all().forEach(key -> Objects.requireNonNull(key.rate()).take());
    ApiKeys again = ApiKeys.parse("k1 name=a rate=1\nk2 name=b rate=2\nk4 name=c rate=1");
    ApiKeys kept = again.keeping(earlier);
    assertThat(kept.names()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(kept.find("k3")).isNull();
    assertThat(wait(kept, "k1")).isPositive();
    assertThat(wait(kept, "k2")).isZero();
    assertThat(wait(kept, "k4")).isZero();
  }

  private static Duration wait(ApiKeys keys, String given) {
    return Objects.requireNonNull(Objects.requireNonNull(keys.find(given)).rate()).take();
  }
}
