package dev.deed.server;

import dev.deed.server.http.ApiException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Pictures and sound in requests: {@code data:image/png;base64,…}. No other address is ever looked
 * up.
 */
final class DataUrl {
  private static final String SCHEME = "data:";
  private static final String CODED = ";base64";

  private static final Pattern UNUSUAL = Pattern.compile("[^a-z0-9/.+-]");
  private static final int MOST_SHOWN = 40;

  /** What is looked for. */
  enum Medium {
    PICTURE("picture", "image/", "image/png"),
    SOUND("sound", "audio/", "audio/wav");

    private final String noun;
    private final String types;
    private final String example;

    Medium(String noun, String types, String example) {
      this.noun = noun;
      this.types = types;
      this.example = example;
    }
  }

  private DataUrl() {}

  /**
   * The bytes of a picture or sound file.
   *
   * @param param the field that holds the address, for errors
   * @throws ApiException 400 when it is no data URL in base64, 415 when it says to be another kind
   */
  static byte[] bytes(String url, String param, Medium medium) {
    int comma = url.indexOf(',');
    ApiException.require(
        url.regionMatches(true, 0, SCHEME, 0, SCHEME.length()) && comma >= 0,
        param,
        "is no data URL; give the %s itself, as data:%s;base64,…"
            .formatted(medium.noun, medium.example));
    String kind = url.substring(SCHEME.length(), comma).toLowerCase(Locale.ROOT);
    ApiException.require(kind.endsWith(CODED), param, "is not in base64");
    String type = kind.substring(0, kind.length() - CODED.length()).split(";", 2)[0].strip();
    if (!type.isEmpty()
        && !type.startsWith(medium.types)
        && !type.equals("application/octet-stream")) {
      throw ApiException.unknownKind(
          "%s: says to be %s; give a %s, such as %s"
              .formatted(param, shown(type), medium.noun, medium.example),
          param);
    }
    try {
      ByteBuffer coded = ByteBuffer.wrap(url.getBytes(StandardCharsets.ISO_8859_1));
      ByteBuffer bytes = Base64.getDecoder().decode(coded.position(comma + 1));
      return bytes.remaining() == bytes.array().length
          ? bytes.array()
          : Arrays.copyOf(bytes.array(), bytes.remaining());
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(param + ": is no base64", param);
    }
  }

  /** What may stand in an answer of what a client wrote. */
  private static String shown(String type) {
    String known = UNUSUAL.matcher(type).replaceAll("?");
    return known.length() <= MOST_SHOWN ? known : known.substring(0, MOST_SHOWN) + "…";
  }
}
