package dev.deed.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.JsonFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Bodies that have to be one JSON object in UTF-8: no second value, no name twice, no NaN, no depth
 * without end. Safe for use from many threads.
 */
public final class StrictJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** So many bytes of a text tell a parser its encoding. */
  private static final int GUESSED = 4;

  private static final int PIECE = 8192;

  private StrictJson() {}

  /**
   * Reads the body of a request.
   *
   * @throws ApiException 415 when the headers say that it is no JSON in UTF-8, 400 when it is none,
   *     and what {@link Exchange#body} throws
   * @throws IOException when the client left
   */
  public static ObjectNode of(Exchange exchange) throws IOException {
    checkHeaders(exchange);
    return parse(exchange.body());
  }

  private static void checkHeaders(Exchange exchange) {
    String encoding = exchange.header("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw ApiException.unknownKind("Content-Encoding: send the body as it is", null);
    }
    String type = exchange.header("Content-Type");
    // Pages of other origins can send bodies of other types, or of none, without being asked first.
    if (type == null ? exchange.header("Origin") != null : !isJson(type)) {
      throw ApiException.unknownKind("Content-Type: send application/json, in UTF-8", null);
    }
  }

  private static boolean isJson(String contentType) {
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    if (!parts[0].strip().equals("application/json")) {
      return false;
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads an object.
   *
   * @throws ApiException 400 when it is none
   */
  static ObjectNode parse(byte[] body) {
    if (!isUtf8(body)) {
      throw ApiException.badRequest("the body is not UTF-8", null);
    }
    try {
      JsonNode json = MAPPER.readTree(body);
      if (json instanceof ObjectNode object) {
        return object;
      }
      throw ApiException.badRequest("the body is not a JSON object", null);
    } catch (JsonProcessingException e) {
      JsonFault fault = JsonFault.of(e);
      String place =
          fault.line() == 0 ? "" : "line " + fault.line() + ", column " + fault.column() + ": ";
      throw ApiException.badRequest(
          "the body is not JSON (" + place + fault.reason() + ")", null, "invalid_json");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The parser itself would guess other encodings, which begin with a zero or a mark. */
  private static boolean isUtf8(byte[] body) {
    for (int i = 0; i < Math.min(GUESSED, body.length); i++) {
      if (body[i] == 0) {
        return false;
      }
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(body);
    CharBuffer unused = CharBuffer.allocate(PIECE);
    while (true) {
      CoderResult result = decoder.decode(bytes, unused, true);
      if (!result.isOverflow()) {
        return !result.isError();
      }
      unused.clear();
    }
  }
}
