package dev.deed.files;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/**
 * Why a text is not JSON, in the parser's words but on one line and without the text itself.
 *
 * @param line where it is wrong, from 1; 0 where a limit on the whole was met, such as nesting
 * @param column likewise
 */
public record JsonFault(String reason, int line, int column) {
  /** Behind it the parser quotes the source, and says where it stood a second time. */
  private static final String QUOTATION = " (start marker at";

  /** What the parser's own source calls its limits and settings, which nobody here can set. */
  private static final Pattern OF_SOURCE =
      Pattern.compile(
          ", from `[^`]*`|: enable `[^`]*` to allow"
              + "| \\(bound as `[^`]*`\\)|: not allowed as per `[^`]*`");

  /** How it counts values and brackets. */
  private static final Pattern TOKENS =
      Pattern.compile("Token count \\(\\d+\\) exceeds the maximum allowed \\((\\d+)\\)");

  /** Whether the text may well be JSON, and is more than is read. */
  public boolean isLimit() {
    return line == 0;
  }

  public static JsonFault of(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage());
    int quotation = message.indexOf(QUOTATION);
    String words = quotation < 0 ? message : message.substring(0, quotation);
    JsonLocation location = e.getLocation();
    return new JsonFault(
        inOurs(words.lines().findFirst().orElse("malformed")),
        location == null ? 0 : location.getLineNr(),
        location == null ? 0 : location.getColumnNr());
  }

  private static String inOurs(String words) {
    return TOKENS
        .matcher(OF_SOURCE.matcher(words).replaceAll(""))
        .replaceAll("more than $1 values, names and brackets");
  }
}
