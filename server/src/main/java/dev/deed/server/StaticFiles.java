package dev.deed.server;

import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Files of the jar: the page and the description of the interface. */
final class StaticFiles {
  static final String PAGE = "/page/";

  /**
   * No dot at the beginning of a name, so no way out of the folder. Possessive, because Java
   * follows repeated groups by recursion otherwise.
   */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*+");

  private static final String YAML = "application/yaml; charset=utf-8";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8");

  /** Scripts, styles and connections of this server alone; pictures that the page itself made. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " media-src blob:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private StaticFiles() {}

  /** {@code GET /}. */
  static void index(Exchange exchange) throws IOException {
    send(exchange, "page/index.html");
  }

  /** {@code GET /page/…}. */
  static void page(Exchange exchange) throws IOException {
    send(exchange, "page/" + exchange.path().substring(PAGE.length()));
  }

  /** {@code GET /openapi.yaml}. */
  static void description(Exchange exchange) throws IOException {
    sendTagged(
        exchange, YAML, SettingSchema.describe(Objects.requireNonNull(read("openapi.yaml"))));
  }

  private static void send(Exchange exchange, String name) throws IOException {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    byte[] content = type == null || !NAME.matcher(name).matches() ? null : read(name);
    if (content == null || type == null) {
      throw ApiException.notFound("there is no such file");
    }
    exchange.header("Content-Security-Policy", POLICY);
    exchange.header("Referrer-Policy", "no-referrer");
    sendTagged(exchange, type, content);
  }

  /** Sends content that a client may keep, and check again. */
  static void sendTagged(Exchange exchange, String type, byte[] content) throws IOException {
    String tag = '"' + UUID.nameUUIDFromBytes(content).toString() + '"';
    exchange.header("Cache-Control", "no-cache");
    exchange.header("ETag", tag);
    if (tag.equals(exchange.header("If-None-Match"))) {
      exchange.send(304);
    } else {
      exchange.send(200, type, content);
    }
  }

  private static byte @Nullable [] read(String name) throws IOException {
    try (InputStream file = StaticFiles.class.getResourceAsStream("/dev/deed/server/" + name)) {
      return file == null ? null : file.readAllBytes();
    }
  }
}
