package dev.deed.server.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
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

  private static final Set<String> UNCODED = Set.of("binary", "8bit", "7bit");

  public MultipartForm {
    parts = List.copyOf(parts);
  }

  /**
   * A field or a file.
   *
   * @param fileName null: it is no file
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  public record Part(String name, @Nullable String fileName, byte[] content) {
    public boolean isFile() {
      return fileName != null;
    }

    /** The name, so short that an answer may hold it. */
    public String shownName() {
      return name.length() <= 64 ? name : name.substring(0, 64);
    }
  }

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
    return exchange.body(
        body -> {
          // Files are copied out of the body.
          exchange.takeMemory(body.length);
          return maker.apply(parse(body, boundary));
        });
  }

  private static String boundary(Exchange exchange) {
    String type = exchange.header("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
      throw ApiException.unknownKind("Content-Type: send multipart/form-data", null);
    }
    // Browsers let pages of any origin send forms, without asking first.
    exchange.refuseForeignPage();
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
    Cutter cutter = new Cutter();
    MultiPart.Parser parser =
        new MultiPart.Parser(boundary, MultiPartCompliance.RFC7578_STRICT, cutter);
    parser.setMaxParts(MOST_PARTS);
    parser.setPartHeadersMaxLength(LONGEST_HEADERS);
    parser.parse(Content.Chunk.from(ByteBuffer.wrap(body), true));
    return cutter.form();
  }

  /**
   * Takes what Jetty finds in a body. Jetty drops what a listener throws, so that parts are checked
   * and copied only when all of them are there.
   */
  private static final class Cutter extends MultiPart.AbstractPartsListener {
    private record Cut(
        @Nullable String name, @Nullable String fileName, HttpFields headers, ByteBuffer content) {}

    private final List<Cut> cuts = new ArrayList<>();
    private ByteBuffer content = BufferUtil.EMPTY_BUFFER;
    private @Nullable Throwable failure;

    /** Called once for each part, before its end, because the body is one piece. */
    @Override
    public void onPartContent(Content.Chunk chunk) {
      content = chunk.getByteBuffer();
    }

    @Override
    public void onPart(@Nullable String name, @Nullable String fileName, HttpFields headers) {
      cuts.add(new Cut(name, fileName, headers, content));
    }

    @Override
    public void onFailure(Throwable why) {
      failure = why;
    }

    MultipartForm form() {
      switch (failure) {
        case null -> {}
        case EOFException _ -> throw malformed("its last boundary is missing");
        case IllegalStateException _ when cuts.size() == MOST_PARTS ->
            throw ApiException.tooLarge("the form has more than " + MOST_PARTS + " parts", null);
        case IllegalStateException _ -> throw malformed("a part has more than 8 KiB of headers");
        case Error error -> throw error;
        default -> throw malformed("a boundary or a header does not stand alone in a line");
      }
      return new MultipartForm(cuts.stream().map(Cutter::part).toList());
    }

    private static Part part(Cut cut) {
      String name = cut.name;
      if (name == null || name.isEmpty()) {
        throw malformed("a part has no name");
      }
      String coding = cut.headers.get("Content-Transfer-Encoding");
      if (coding != null && !UNCODED.contains(coding.toLowerCase(Locale.ROOT))) {
        throw malformed("a part has a Content-Transfer-Encoding; send it as it is");
      }
      Part part = new Part(name, cut.fileName, BufferUtil.toArray(cut.content));
      if (!part.isFile() && part.content.length > LONGEST_TEXT) {
        throw ApiException.tooLarge("a field of the form is longer than 64 KiB", part.shownName());
      }
      return part;
    }
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
    Part part = one(name);
    ApiException.require(
        part == null || part.isFile(), name, "is a text; send a file, with a filename");
    return part == null ? null : part.content;
  }

  /**
   * The text of a field; null where it is absent or empty.
   *
   * @throws ApiException 400 when there are several of the name, or it is no text in UTF-8
   */
  public @Nullable String text(String name) {
    Part part = one(name);
    String text = part == null ? "" : text(part);
    return text.isEmpty() ? null : text;
  }

  /** The texts of all fields of a name. */
  public List<String> texts(String name) {
    return named(name).stream().map(MultipartForm::text).toList();
  }

  private static String text(Part part) {
    ApiException.require(!part.isFile(), part.name, "is a file; send a text");
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(part.content)).toString();
    } catch (CharacterCodingException e) {
      throw ApiException.badRequest(part.name + ": is no text in UTF-8", part.name);
    }
  }

  /**
   * The field or file of a name; null where there is none.
   *
   * @throws ApiException 400 when there are several
   */
  private @Nullable Part one(String name) {
    List<Part> named = named(name);
    ApiException.require(named.size() <= 1, name, "comes twice; send it once");
    return named.isEmpty() ? null : named.getFirst();
  }

  private List<Part> named(String name) {
    return parts.stream().filter(part -> part.name.equals(name)).toList();
  }
}
