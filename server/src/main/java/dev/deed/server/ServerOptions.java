package dev.deed.server;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the server listens, and to whom. Immutable.
 *
 * @param host address to bind; on loopback only known names are taken in {@code Host} headers
 * @param port its port; 0: any that is free
 * @param keys what clients have to send: one key, or one a line with its name and its limits; null:
 *     nothing
 * @param mostBody longest body of a request, in bytes
 * @param mostWaiting how many requests may wait for each model
 * @param allowedOrigin the origin whose pages may ask; {@code *} for all; null: none but the
 *     server's own
 * @param allowedHosts more names that a {@code Host} header may hold
 * @param mostAudioSeconds how long a recording may last that is to be transcribed, in seconds
 */
public record ServerOptions(
    String host,
    int port,
    @Nullable String keys,
    long mostBody,
    int mostWaiting,
    @Nullable String allowedOrigin,
    Set<String> allowedHosts,
    int mostAudioSeconds) {
  /** How long a recording may last where nothing else is said, in seconds. */
  public static final int DEFAULT_AUDIO_SECONDS = 3600;

  /** Without the keys. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
