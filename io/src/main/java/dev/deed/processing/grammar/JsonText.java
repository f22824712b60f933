package dev.deed.processing.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How JSON is spelled, without blanks outside strings. No character is escaped that need not be;
 * whole numbers have all their digits, beyond 2⁵³ too.
 */
public enum JsonText {
  /** As Python's {@code json.dumps} does it without ASCII escapes: keys in their order. */
  PYTHON(-4, 16),

  /** RFC 8785: keys in the order of their UTF-16 units, numbers as JavaScript writes them. */
  CANONICAL(-6, 21);

  /** The letter of each short escape, at the place of what it stands for. */
  static final String SHORT = "\"\\\b\f\n\r\t";

  static final String LETTERS = "\"\\bfnrt";

  /** Numbers are written with an exponent below the least, and from the most on. */
  private final int leastExponent;

  private final int mostExponent;

  JsonText(int leastExponent, int mostExponent) {
    this.leastExponent = leastExponent;
    this.mostExponent = mostExponent;
  }

  /** The spelling of a value. */
  public String of(JsonNode value) {
    if (value.isObject()) {
      Map<String, JsonNode> members = this == PYTHON ? new LinkedHashMap<>() : new TreeMap<>();
      value.properties().forEach(entry -> members.put(entry.getKey(), entry.getValue()));
      return members.entrySet().stream()
          .map(entry -> quoted(entry.getKey()) + ":" + of(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value.isArray()) {
      return value.valueStream().map(this::of).collect(Collectors.joining(",", "[", "]"));
    }
    if (value.isTextual()) {
      return quoted(value.textValue());
    }
    return value.isFloatingPointNumber() ? of(value.doubleValue()) : value.asText();
  }

  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int escape = SHORT.indexOf(c);
      if (escape >= 0) {
        quoted.append('\\').append(LETTERS.charAt(escape));
      } else if (c < 0x20) {
        quoted.append(c < 0x10 ? "\\u000" : "\\u001").append(Character.forDigit(c & 0xf, 16));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /** The shortest digits that give the number back. */
  private String of(double number) {
    if (number == 0 || !Double.isFinite(number)) {
      return this == PYTHON ? String.valueOf(number) : number == 0 ? "0" : "null";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= leastExponent && exponent < mostExponent) {
      return shortest.toPlainString() + (this == PYTHON && shortest.scale() <= 0 ? ".0" : "");
    }
    String digits = shortest.unscaledValue().abs().toString();
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    return (number < 0 ? "-" : "")
        + digits.charAt(0)
        + fraction
        + (exponent < 0 ? "e-" : "e+")
        + (this == PYTHON && Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
