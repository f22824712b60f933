package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.InputDigest;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EncodedCacheTest {
  @Test
  void keepsThoseThatWereUsedLast() {
    EncodedCache cache = new EncodedCache(3 * 40);
    for (String name : List.of("a", "b", "c")) {
      cache.put(new InputDigest(name), output(10));
    }
    assertThat(cache.get(new InputDigest("a"))).isNotNull();
    cache.put(new InputDigest("d"), output(10));
    assertThat(cache.get(new InputDigest("b"))).isNull();
    assertThat(cache.get(new InputDigest("a"))).isNotNull();
    cache.put(new InputDigest("too large"), output(31));
    assertThat(cache.get(new InputDigest("too large"))).isNull();
    assertThat(cache.get(new InputDigest("d"))).isNotNull();
    cache.put(new InputDigest("whole"), output(30));
    assertThat(cache.get(new InputDigest("a"))).isNull();
    assertThat(cache.get(new InputDigest("whole"))).isNotNull();
  }

  private static EncoderOutput output(int values) {
    return new EncoderOutput(new float[values], values, values, null);
  }
}
