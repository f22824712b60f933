package dev.deed.engine;

import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.InputDigest;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Encoder outputs by what they depend on, the last ones used: a second question about the same
 * picture, or another threshold, needs no encoder. Bounded in bytes. Safe for use from many
 * threads.
 */
final class EncodedCache {
  private final long most;
  private final LinkedHashMap<InputDigest, EncoderOutput> outputs =
      new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * @param most bytes of outputs; 0 keeps none
   */
  EncodedCache(long most) {
    this.most = most;
  }

  boolean isOn() {
    return most > 0;
  }

  /** The output of a key; null when it is not kept. */
  synchronized @Nullable EncoderOutput get(InputDigest key) {
    return outputs.get(key);
  }

  /** Keeps an output, and lets go of those that were not used for the longest time. */
  synchronized void put(InputDigest key, EncoderOutput output) {
    if (output.bytes() > most || outputs.containsKey(key)) {
      return;
    }
    outputs.put(key, output);
    bytes += output.bytes();
    var oldest = outputs.entrySet().iterator();
    while (bytes > most) {
      bytes -= oldest.next().getValue().bytes();
      oldest.remove();
    }
  }
}
