package dev.deed.hub;

import dev.deed.value.InputException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where models come from and where they are kept. Immutable.
 *
 * @param endpoint address of the hub, http or https, without a slash at its end
 * @param cache folder of the cache; need not exist
 * @param token what opens private and gated models; goes to the endpoint alone
 * @param offline whether the hub is never asked
 */
public record HubSettings(URI endpoint, Path cache, @Nullable String token, boolean offline) {
  private static final String PUBLIC = "https://huggingface.co";
  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");
  private static final int LONGEST_TOKEN = 4096;

  /**
   * @throws InputException when the endpoint is no address of http or https, or the token holds
   *     what no header can
   */
  public HubSettings {
    InputException.require(
        Set.of("http", "https").contains(String.valueOf(endpoint.getScheme()))
            && endpoint.getHost() != null
            && endpoint.getRawUserInfo() == null
            && endpoint.getRawQuery() == null
            && endpoint.getRawFragment() == null,
        "HF_ENDPOINT",
        "is no address of a hub",
        "give one such as " + PUBLIC);
    InputException.require(
        token == null || token.matches("[!-~]{1," + LONGEST_TOKEN + "}"),
        "HF_TOKEN",
        "is no token: it is empty, too long, or holds spaces or control characters",
        "give the token as the hub shows it");
  }

  /**
   * {@return the settings that the variables of the Hub's clients give} They are {@code
   * HF_ENDPOINT}, {@code HF_HUB_CACHE}, {@code HF_HOME}, {@code XDG_CACHE_HOME}, {@code HF_TOKEN}
   * (then the file {@code token} of {@code HF_HOME}) and {@code HF_HUB_OFFLINE}.
   *
   * @throws InputException when a variable cannot be used
   */
  public static HubSettings fromEnvironment() {
    return of(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** {@return these settings, with a hub that is never asked} */
  public HubSettings withOffline() {
    return new HubSettings(endpoint, cache, token, true);
  }

  static HubSettings of(Map<String, String> environment, Path user) {
    Path caches = folder(environment, "XDG_CACHE_HOME", user, user.resolve(".cache"));
    Path home = folder(environment, "HF_HOME", user, caches.resolve("huggingface"));
    String endpoint = environment.getOrDefault("HF_ENDPOINT", "").strip();
    String offline = environment.getOrDefault("HF_HUB_OFFLINE", "").strip();
    return new HubSettings(
        address(endpoint.isEmpty() ? PUBLIC : endpoint),
        folder(environment, "HF_HUB_CACHE", user, home.resolve("hub")),
        token(environment, home),
        YES.contains(offline.toUpperCase(Locale.ROOT)));
  }

  private static Path folder(
      Map<String, String> environment, String variable, Path user, Path otherwise) {
    String text = environment.getOrDefault(variable, "");
    if (text.isEmpty()) {
      return otherwise;
    }
    boolean ofUser = text.equals("~") || text.startsWith("~/");
    return ofUser ? user.resolve(text.substring(Math.min(2, text.length()))) : Path.of(text);
  }

  private static URI address(String text) {
    try {
      return new URI(text.replaceAll("/+$", ""));
    } catch (URISyntaxException e) {
      throw new InputException(
          "HF_ENDPOINT", "is no address of a hub", "give one such as " + PUBLIC);
    }
  }

  private static @Nullable String token(Map<String, String> environment, Path home) {
    String token = environment.getOrDefault("HF_TOKEN", "").strip();
    Path file = home.resolve("token");
    try {
      if (token.isEmpty() && Files.isRegularFile(file) && Files.size(file) <= LONGEST_TOKEN) {
        token = Files.readString(file).strip();
      }
    } catch (IOException e) {
      // A token that cannot be read opens nothing; a hub that wants one says so.
      return null;
    }
    return token.isEmpty() ? null : token;
  }

  /** {@return the settings without the token} */
  @Override
  public String toString() {
    return "HubSettings[endpoint=" + endpoint + ", cache=" + cache + ", offline=" + offline + "]";
  }
}
