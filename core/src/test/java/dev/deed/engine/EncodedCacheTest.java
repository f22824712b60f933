package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.InputDigest;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EncodedCacheTest {
  @Test
  void keepsThoseThatWereUsedLast() {
    RequestEngine.EncodedCache cache = new RequestEngine.EncodedCache(3 * 40);
    for (String name : List.of("a", "b", "c")) {
      cache.put(key(name), output(10));
    }
    assertThat(cache.get(key("a"))).isNotNull();
    cache.put(key("d"), output(10));
    assertThat(cache.get(key("b"))).isNull();
    assertThat(cache.get(key("a"))).isNotNull();
    cache.put(key("too large"), output(31));
    assertThat(cache.get(key("too large"))).isNull();
    assertThat(cache.get(key("d"))).isNotNull();
    cache.put(key("whole"), output(30));
    assertThat(cache.get(key("a"))).isNull();
    assertThat(cache.get(key("whole"))).isNotNull();
  }

  private static InputDigest key(String input) {
    return new InputDigest(input);
  }

  private static EncoderOutput output(int values) {
    return new EncoderOutput(new float[values], values, values, null, null);
  }
}
