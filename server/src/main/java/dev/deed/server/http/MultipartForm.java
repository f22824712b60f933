package dev.deed.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A body of {@code multipart/form-data} (RFC 7578): fields and files. Bodies come from anyone, so
 * parts, headers and texts are bounded. Immutable.
 *
 * @param parts in the order of the body
 */
public record MultipartForm(List<Part> parts) {
  private static final int MOST_PARTS = 64;
  private static final int LONGEST_HEADERS = 8 << 10;
  private static final int LONGEST_TEXT = 64 << 10;

  /** RFC 2046 allows so many characters. */
  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary=(?:\"([^\"\\r\\n]{1,70})\"|([^\\s\";,]{1,70}))", Pattern.CASE_INSENSITIVE);

  /** Possessive, because Java follows repeated groups by recursion otherwise. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?<![a-z*])name=(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s\";]+))", Pattern.CASE_INSENSITIVE);

  private static final Pattern FILE_NAME =
      Pattern.compile("(?<![a-z])filename\\*?=", Pattern.CASE_INSENSITIVE);

  private static final byte[] BLANK_LINE = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Copies the list. */
  public MultipartForm {
    parts = List.copyOf(parts);
  }

  /**
   * A field or a file.
   *
   * @param isFile whether it has the name of a file
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  public record Part(String name, boolean isFile, byte[] content) {}

  /**
   * Reads the body of a request, and makes of it what is asked. Long bodies have threads of their
   * own for both.
   *
   * @throws ApiException 415 when the headers say that it is no form, 403 when a page of another
   *     origin sent it, 400 when it is malformed, 413 when a part is too long, 429 or 503 when
   *     there is no room, and what {@link Exchange#body} and the maker throw
   * @throws IOException when the client left
   */
  public static <T> T of(Exchange exchange, Function<MultipartForm, T> maker)
      throws IOException, InterruptedException {
    String boundary = boundary(exchange);
    byte[] body = exchange.body();
    return exchange.work(
        body.length,
        () -> {
          // Files are copied out of the body.
          exchange.take(body.length);
          return maker.apply(parse(body, boundary));
        });
  }

  private static String boundary(Exchange exchange) {
    String encoding = exchange.header("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw ApiException.unknownKind("Content-Encoding: send the body as it is", null);
    }
    String type = exchange.header("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
      throw ApiException.unknownKind("Content-Type: send multipart/form-data", null);
    }
    // Browsers let pages of any origin send forms, without asking first.
    if (exchange.isOfForeignPage()) {
      throw ApiException.ofStatus(
          403, "Origin: pages of other origins may not ask; deed serve --allow-origin lets one");
    }
    Matcher boundary = BOUNDARY.matcher(type);
    if (!boundary.find()) {
      throw malformed("Content-Type names no boundary");
    }
    return boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
  }

  /**
   * Cuts a body.
   *
   * @param boundary as its header names it
   * @throws ApiException 400 when it is malformed, 413 when a part is too long
   */
  public static MultipartForm parse(byte[] body, String boundary) {
    byte[] delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.UTF_8);
    List<Part> parts = new ArrayList<>();
    // The first delimiter may stand at the very beginning, without a line before it.
    int at =
        startsWith(body, 0, delimiter, 2)
            ? delimiter.length - 2
            : end(indexOf(body, delimiter, 0), delimiter.length);
    while (!startsWith(body, at, new byte[] {'-', '-'}, 0)) {
      int line = lineEnd(body, at);
      int next = indexOf(body, delimiter, line - 2);
      if (next < 0) {
        throw malformed("the last part has no end");
      }
      if (parts.size() == MOST_PARTS) {
        throw ApiException.tooLarge("the form has more than " + MOST_PARTS + " parts", null);
      }
      parts.add(part(body, line, next));
      at = next + delimiter.length;
    }
    return new MultipartForm(parts);
  }

  private static int end(int found, int length) {
    if (found < 0) {
      throw malformed("its boundary does not occur in it");
    }
    return found + length;
  }

  /** Behind the line that a delimiter stands in, which may have blanks at its end. */
  private static int lineEnd(byte[] body, int from) {
    int at = from;
    while (at < body.length && (body[at] == ' ' || body[at] == '\t')) {
      at++;
    }
    if (!startsWith(body, at, BLANK_LINE, 2)) {
      throw malformed("a boundary does not end its line");
    }
    return at + 2;
  }

  private static Part part(byte[] body, int from, int to) {
    int blank = indexOf(body, BLANK_LINE, from);
    if (blank < 0 || blank + BLANK_LINE.length > to || blank - from > LONGEST_HEADERS) {
      throw malformed("a part has no headers, or more than 8 KiB of them");
    }
    String disposition = "";
    for (String header :
        new String(body, from, blank - from, StandardCharsets.UTF_8).split("\r\n", -1)) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-disposition:")) {
        disposition = header;
      } else if (lower.startsWith("content-transfer-encoding:")
          && !lower.matches("[^:]*:\\s*(binary|8bit|7bit)\\s*")) {
        throw malformed("a part has a Content-Transfer-Encoding; send it as it is");
      }
    }
    Matcher name = NAME.matcher(disposition);
    if (!name.find()) {
      throw malformed("a part has no name");
    }
    boolean isFile = FILE_NAME.matcher(disposition).find();
    String plain = name.group(1) == null ? name.group(2) : name.group(1);
    byte[] content = Arrays.copyOfRange(body, blank + BLANK_LINE.length, to);
    if (!isFile && content.length > LONGEST_TEXT) {
      throw ApiException.tooLarge("a field of the form is longer than 64 KiB", shortened(plain));
    }
    return new Part(plain, isFile, content);
  }

  private static String shortened(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64);
  }

  private static int indexOf(byte[] body, byte[] wanted, int from) {
    for (int at = Math.max(0, from); at <= body.length - wanted.length; at++) {
      if (body[at] == wanted[0] && startsWith(body, at, wanted, 0)) {
        return at;
      }
    }
    return -1;
  }

  /** Whether a place of the body begins with the wanted bytes, of which the first are left out. */
  private static boolean startsWith(byte[] body, int at, byte[] wanted, int leftOut) {
    int length = wanted.length - leftOut;
    return at + length <= body.length
        && Arrays.equals(body, at, at + length, wanted, leftOut, wanted.length);
  }

  private static ApiException malformed(String why) {
    return ApiException.badRequest("the body is no multipart form: " + why, null);
  }

  /**
   * The file of a name; null where there is none.
   *
   * @throws ApiException 400 when there are several, or a field has the name
   */
  public byte @Nullable [] file(String name) {
    List<Part> named = named(name);
    if (named.isEmpty()) {
      return null;
    }
    requireOne(name, named);
    if (!named.getFirst().isFile) {
      throw ApiException.badRequest(name + ": is a text; send a file, with a filename", name);
    }
    return named.getFirst().content;
  }

  /**
   * The text of a field; null where it is absent or empty.
   *
   * @throws ApiException 400 when there are several of the name, or it is no text in UTF-8
   */
  public @Nullable String text(String name) {
    List<Part> named = named(name);
    if (named.isEmpty()) {
      return null;
    }
    requireOne(name, named);
    String text = text(named.getFirst());
    return text.isEmpty() ? null : text;
  }

  /** The texts of all fields of a name. */
  public List<String> texts(String name) {
    return named(name).stream().map(MultipartForm::text).toList();
  }

  private static String text(Part part) {
    if (part.isFile || part.content.length > LONGEST_TEXT) {
      throw ApiException.badRequest(part.name + ": is a file; send a text", part.name);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(part.content)).toString();
    } catch (CharacterCodingException e) {
      throw ApiException.badRequest(part.name + ": is no text in UTF-8", part.name);
    }
  }

  private static void requireOne(String name, List<Part> named) {
    if (named.size() > 1) {
      throw ApiException.badRequest(name + ": comes twice; send it once", name);
    }
  }

  private List<Part> named(String name) {
    return parts.stream().filter(part -> part.name.equals(name)).toList();
  }
}
