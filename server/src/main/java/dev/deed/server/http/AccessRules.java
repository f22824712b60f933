package dev.deed.server.http;

import dev.deed.value.Client;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask: clients that call the server by a name it knows, pages of known origins, holders of
 * the key. Keys may be replaced; safe for use from many threads.
 */
public final class AccessRules {
  private static final String BEARER = "bearer ";
  private static final Pattern SUBPROTOCOL = Pattern.compile("openai-insecure-api-key[.]([^ ,]+)");
  private static final int MOST_AGE_SECONDS = 600;
  private static final String EXPOSED = Exchange.ID_HEADER + ", Retry-After, X-Deed-Warning";

  private final Set<String> hosts;
  private final @Nullable String origin;
  private volatile Holders holders;

  /**
   * @param keys whoever has one may ask
   * @param admin whoever has one may load and unload models, and read what is served
   */
  public record Holders(ApiKeys keys, ApiKeys admin) {}

  /**
   * @param hosts names that a {@code Host} header may hold, in lower case; empty: any
   * @param origin the origin whose pages may read answers; {@code *} for all; null: none but the
   *     server's own
   */
  public AccessRules(Set<String> hosts, @Nullable String origin, Holders holders) {
    this.hosts = Set.copyOf(hosts);
    this.origin = origin;
    this.holders = holders;
  }

  /**
   * Takes other keys from the next request on; what was asked with an earlier one is answered. The
   * requests that a key has used within a minute stay used where its line stays.
   */
  public void replace(Holders next) {
    Holders earlier = holders;
    holders = new Holders(next.keys.keeping(earlier.keys), next.admin.keeping(earlier.admin));
  }

  /** Names of clients' keys. */
  public Set<String> names() {
    return holders.keys.names();
  }

  /**
   * Refuses a request by a name that the server does not have: a page that had its own name point
   * here could read the answers.
   *
   * @param host the name, without the port; null where the request states none
   * @throws ApiException 421 when it is unknown
   */
  void checkHost(@Nullable String host) {
    if (hosts.isEmpty() || host == null || host.isEmpty()) {
      return;
    }
    if (!hosts.contains(host.toLowerCase(Locale.ROOT))) {
      throw ApiException.ofStatus(
          421, "the Host header names no name of this server; deed serve --allow-host adds one");
    }
  }

  /** Whether a request is a browser's question before one from a page of another origin. */
  boolean isPreflight(Exchange exchange) {
    return origin != null
        && exchange.method().equals("OPTIONS")
        && exchange.header("Access-Control-Request-Method") != null;
  }

  /** Says to a browser whether pages of another origin may read the answer. */
  void allowOrigin(Exchange exchange) {
    String origins = exchange.header("Origin");
    if (origin == null || origins == null) {
      return;
    }
    exchange.header("Vary", "Origin");
    if (origin.equals("*") || origin.equals(origins)) {
      exchange.header("Access-Control-Allow-Origin", origin);
      exchange.header("Access-Control-Expose-Headers", EXPOSED);
      if (exchange.method().equals("OPTIONS")) {
        exchange.header("Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS");
        String headers = exchange.header("Access-Control-Request-Headers");
        exchange.header("Access-Control-Allow-Headers", headers == null ? "" : headers);
        exchange.header("Access-Control-Max-Age", Integer.toString(MOST_AGE_SECONDS));
      }
    }
  }

  /** Says at an open path that others want the key, so that a page need not find out by asking. */
  void announceKey(Exchange exchange) {
    if (!holders.keys.all().isEmpty()) {
      exchange.header("WWW-Authenticate", "Bearer");
    }
  }

  /**
   * Who asks: the holder of a key, or where none is asked for whoever is at an address.
   *
   * @throws ApiException 401 without a key, 429 where it asks too often
   */
  Client client(Exchange exchange, Routes.Access access) {
    boolean admin = access == Routes.Access.ADMIN;
    Holders now = holders;
    ApiKeys origins = admin ? now.admin : now.keys;
    if (origins.all().isEmpty()) {
      if (admin) {
        throw ApiException.notFound("there is no such path without deed serve --admin-key-file");
      }
      return Client.named(exchange.address());
    }
    String given = given(exchange);
    ApiKeys.ApiKey key = origins.find(given);
    if (key == null && !admin && isReading(exchange)) {
      key = now.admin.find(given);
    }
    if (key == null) {
      throw ApiException.unauthorized();
    }
    if (key.rate() != null && (exchange.opensSocket() || exchange.method().equals("POST"))) {
      Duration wait = key.rate().take();
      if (!wait.isZero()) {
        throw ApiException.full(
            "rate_limit_exceeded", "the key's requests a minute are used", wait);
      }
      exchange.counted(key.rate());
    }
    return key.client();
  }

  /** Whether it asks for what the server tells of itself; who loads models has to see them. */
  private static boolean isReading(Exchange exchange) {
    boolean gets = exchange.method().equals("GET") || exchange.method().equals("HEAD");
    return gets && !exchange.opensSocket();
  }

  /** The key of a request; OpenAI's clients in browsers send a WebSocket's as a subprotocol. */
  private static String given(Exchange exchange) {
    String header = String.valueOf(exchange.header("Authorization"));
    if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return header.substring(BEARER.length()).strip();
    }
    Matcher key = SUBPROTOCOL.matcher(String.valueOf(exchange.header("Sec-WebSocket-Protocol")));
    return key.find() ? key.group(1) : "";
  }
}
