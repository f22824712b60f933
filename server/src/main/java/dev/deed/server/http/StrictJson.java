package dev.deed.server.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.JsonFault;
import dev.deed.files.JsonLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.eclipse.jetty.http.MimeTypes;

/**
 * Bodies that have to be one JSON object in UTF-8: no second value, no name twice, no NaN, and
 * within {@link JsonLimits#BODY}. Safe for use from many threads.
 */
public final class StrictJson {
  private static final JsonMapper MAPPER = JsonLimits.BODY.mapper();

  /**
   * What a value takes in memory at most, its text apart: a name of its own, an object of its own.
   */
  private static final long BYTES_A_VALUE = 100;

  /** So many bytes of a text tell a parser its encoding. */
  private static final int GUESSED = 4;

  private StrictJson() {}

  /**
   * Reads the body of a request, and makes of it what is asked. Long bodies have threads of their
   * own for both.
   *
   * @param maker is given the body
   * @throws ApiException 415 when the headers say that it is no JSON in UTF-8, 400 when it is none
   *     or has too many values, 429 or 503 when there is no room, and what {@link Exchange#body}
   *     and the maker throw
   * @throws IOException when the client left
   */
  public static <T> T of(Exchange exchange, Function<ObjectNode, T> maker)
      throws IOException, InterruptedException {
    String type = exchange.header("Content-Type");
    // Pages of other origins can send bodies of other types, or of none, without being asked first.
    if (type == null ? exchange.header("Origin") != null : !isJson(type)) {
      throw ApiException.unknownKind("Content-Type: send application/json, in UTF-8", null);
    }
    return exchange.body(body -> maker.apply(parse(body, exchange::takeMemory)));
  }

  private static boolean isJson(String contentType) {
    String charset = MimeTypes.getCharsetFromContentType(contentType);
    return contentType.split(";", 2)[0].strip().equalsIgnoreCase("application/json")
        && (charset == null || charset.equals("utf-8"));
  }

  /**
   * An object that a field of a form holds.
   *
   * @param field what messages call it
   * @throws ApiException 400 when it is none
   */
  public static ObjectNode object(String field, String text) {
    try {
      return parse(text.getBytes(StandardCharsets.UTF_8), _ -> {});
    } catch (ApiException e) {
      throw ApiException.badRequest(field + ": is no JSON object", field, "invalid_json");
    }
  }

  /**
   * Reads an object.
   *
   * @param memory is told how many bytes the object takes beside its texts
   * @throws ApiException 400 when it is none
   */
  public static ObjectNode parse(byte[] body, LongConsumer memory) {
    if (!isUtf8(body)) {
      throw ApiException.badRequest("the body is not UTF-8", null);
    }
    try (JsonParser parser = MAPPER.createParser(body)) {
      JsonNode json = MAPPER.readTree(parser);
      memory.accept(parser.currentTokenCount() * BYTES_A_VALUE);
      if (json instanceof ObjectNode object) {
        return object;
      }
      throw ApiException.badRequest("the body is not a JSON object", null);
    } catch (JsonProcessingException e) {
      JsonFault fault = JsonFault.of(e);
      String what =
          fault.isLimit()
              ? "holds more than is read ("
              : "is not JSON (line " + fault.line() + ", column " + fault.column() + ": ";
      throw ApiException.badRequest(
          "the body " + what + fault.reason() + ")", null, "invalid_json");
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
    ByteArrayInputStream bytes = new ByteArrayInputStream(body);
    try (Reader text = new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder())) {
      text.transferTo(Writer.nullWriter());
      return true;
    } catch (IOException e) {
      // Bytes in memory fail as text alone.
      return false;
    }
  }
}
