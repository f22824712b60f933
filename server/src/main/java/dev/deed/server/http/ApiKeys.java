package dev.deed.server.http;

import dev.deed.value.Client;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which clients are known. Safe for use from many threads.
 *
 * @param all none: everybody may ask
 */
public record ApiKeys(List<ApiKey> all) {
  /** Asks for no key. */
  public static final ApiKeys NONE = new ApiKeys(List.of());

  private static final int MOST_PER_MINUTE = 1_000_000;

  /**
   * A key and whose it is.
   *
   * @param bytes what the client sends
   * @param rate how often it may ask; null: as often as it likes
   */
  record ApiKey(byte[] bytes, Client client, @Nullable RequestRate rate) {
    private boolean isLike(ApiKey other) {
      return Arrays.equals(bytes, other.bytes)
          && client.equals(other.client)
          && RequestRate.perMinute(rate) == RequestRate.perMinute(other.rate);
    }
  }

  /**
   * Reads keys: one alone, or one a line, each followed by {@code name=…} and, as far as they
   * differ from the usual, {@code share=…}, {@code priority=…}, {@code rows=…} and {@code rate=…},
   * the requests a minute.
   *
   * @param text null: none
   * @throws InputException when it is nothing of that kind; no key is quoted
   */
  public static ApiKeys parse(@Nullable String text) {
    if (text == null) {
      return NONE;
    }
    List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    InputException.require(
        !lines.isEmpty(), "API key", "is missing", "give one, or several with name=NAME");
    List<ApiKey> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String[] words = lines.get(i).split("[ \t]+");
      String line = "API key " + (i + 1);
      InputException.require(
          words[0].chars().allMatch(c -> c > ' ' && c < 0x7f) && keys.add(words[0]),
          line,
          "is not of visible ASCII characters, or comes twice",
          "give each client a key of its own");
      ApiKey key = key(line, words);
      InputException.require(
          names.add(key.client().name()) && (lines.size() == 1 || words.length > 1),
          line,
          "has no name of its own",
          "write name=NAME behind each of several keys");
      all.add(key);
    }
    return new ApiKeys(List.copyOf(all));
  }

  private static ApiKey key(String line, String[] words) {
    String name = "";
    int share = 1;
    int priority = 0;
    int rows = Integer.MAX_VALUE;
    RequestRate rate = null;
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      String value = words[i].substring(equals + 1);
      switch (words[i].substring(0, Math.max(0, equals))) {
        case "name" -> {
          InputException.require(
              value.matches("[A-Za-z0-9._-]{1,64}"),
              line,
              "has a name of other characters than letters, digits, dots and dashes",
              "give 1 to 64 of these");
          name = value;
        }
        case "share" -> share = number(line, value, 1, Client.MOST);
        case "priority" -> priority = number(line, value, -Client.MOST, Client.MOST);
        case "rows" -> rows = number(line, value, 1, Integer.MAX_VALUE);
        case "rate" -> rate = new RequestRate(number(line, value, 1, MOST_PER_MINUTE));
        default ->
            throw new InputException(
                line, "has something that is not known", "give name, share, priority, rows, rate");
      }
    }
    byte[] bytes = words[0].getBytes(StandardCharsets.US_ASCII);
    return new ApiKey(bytes, new Client(name, share, priority, rows), rate);
  }

  private static int number(String line, String value, int least, int most) {
    long number = value.matches("-?[0-9]{1,10}") ? Long.parseLong(value) : least - 1L;
    InputException.require(
        number >= least && number <= most,
        line,
        "has a number that is none of " + least + " to " + most,
        "give a whole number of these");
    return (int) number;
  }

  /** The key that a client has sent; null for none of these. How long it takes tells nothing. */
  @Nullable ApiKey find(String given) {
    byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
    ApiKey found = null;
    for (ApiKey key : all) {
      if (MessageDigest.isEqual(bytes, key.bytes)) {
        found = key;
      }
    }
    return found;
  }

  /** These keys, with what was counted of those among them that are the same as earlier ones. */
  ApiKeys keeping(ApiKeys earlier) {
    return new ApiKeys(
        all.stream()
            .map(key -> earlier.all.stream().filter(key::isLike).findFirst().orElse(key))
            .toList());
  }

  /** The names of those that have one. */
  Set<String> names() {
    return all.stream()
        .map(key -> key.client().name())
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return all.size() + " keys";
  }

  /**
   * Limits a client to a number of requests a minute. Those that it does not use are kept for a
   * minute. Safe for use from many threads.
   */
  static final class RequestRate {
    private final int perMinute;
    private double saved;
    private long last = System.nanoTime();

    RequestRate(int perMinute) {
      this.perMinute = perMinute;
      this.saved = perMinute;
    }

    /** Requests a minute; 0 without a limit. */
    static int perMinute(@Nullable RequestRate rate) {
      return rate == null ? 0 : rate.perMinute;
    }

    /** Takes one; how long to wait for it, and nothing is taken, where there is none. */
    synchronized Duration take() {
      long now = System.nanoTime();
      saved = Math.min(perMinute, saved + (now - last) / 60e9 * perMinute);
      last = now;
      if (saved >= 1) {
        saved--;
        return Duration.ZERO;
      }
      return Duration.ofSeconds((long) Math.ceil((1 - saved) * 60 / perMinute));
    }

    /** Gives one back that was taken for nothing. */
    synchronized void giveBack() {
      saved = Math.min(perMinute, saved + 1);
    }
  }
}
