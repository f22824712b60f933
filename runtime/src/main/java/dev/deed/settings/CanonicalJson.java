package dev.deed.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * JSON of one spelling (RFC 8785): names in the order of their UTF-16 units, no spaces, numbers as
 * JavaScript writes them, and no character escaped that need not be. Whole numbers have all their
 * digits, beyond 2⁵³ too.
 */
public final class CanonicalJson {
  /** From here on JavaScript writes an exponent. */
  private static final int MOST_DIGITS = 21;

  private static final int LEAST_EXPONENT = -6;

  private CanonicalJson() {}

  /** The spelling of a value. */
  public static String of(JsonNode value) {
    if (value.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      value.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
      return sorted.entrySet().stream()
          .map(entry -> text(entry.getKey()) + ":" + of(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value.isArray()) {
      return value.valueStream().map(CanonicalJson::of).collect(Collectors.joining(",", "[", "]"));
    }
    if (value.isTextual()) {
      return text(value.textValue());
    }
    return value.isNumber() && !value.isIntegralNumber()
        ? number(value.doubleValue())
        : value.asText();
  }

  private static String number(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : "null";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= LEAST_EXPONENT && exponent < MOST_DIGITS) {
      return shortest.toPlainString();
    }
    String digits = shortest.unscaledValue().abs().toString();
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + fraction
        + (exponent < 0 ? "e-" : "e+")
        + Math.abs(exponent);
  }

  private static String text(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> out.append(c < ' ' ? String.format(Locale.ROOT, "\\u%04x", (int) c) : c);
      }
    }
    return out.append('"').toString();
  }
}
