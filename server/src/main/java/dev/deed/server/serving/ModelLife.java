package dev.deed.server.serving;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When models are in memory, and how many. Immutable.
 *
 * @param adminKeys what asks for it has to send: one key or several, as clients' keys are; null:
 *     nobody may load or unload
 * @param onRequest whether a request for an unloaded model loads it and waits; else it gets 503
 * @param unloadAfter so long nobody asks a model before it is unloaded; null: it stays
 * @param mostWeights memory for the weights of those that are loaded, in bytes
 */
public record ModelLife(
    @Nullable String adminKeys,
    boolean onRequest,
    @Nullable Duration unloadAfter,
    long mostWeights) {
  /** All models, always. */
  public static final ModelLife ALWAYS = new ModelLife(null, false, null, Long.MAX_VALUE);

  /** Without the keys. */
  @Override
  public String toString() {
    return "on request: " + onRequest + ", unloaded after: " + unloadAfter;
  }
}
