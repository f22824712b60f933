package dev.deed.processing.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One spelling of JSON; numbers are those of RFC 8785's appendix. */
final class JsonTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1.0 | 1
          -0.0 | 0
          1e-300 | 1e-300
          -1.7976931348623157e308 | -1.7976931348623157e+308
          9007199254740993 | 9007199254740993
          295147905179352830000.0 | 295147905179352830000
          1e21 | 1e+21
          9.999999999999997e22 | 9.999999999999997e+22
          0.000001 | 0.000001
          9.5e-7 | 9.5e-7
          0.1 | 0.1
          333333333.33333329 | 333333333.3333333
          [56.0, {"b": [], "a": {}}, null, true] | [56,{"a":{},"b":[]},null,true]
          {"\\u20ac": 1, "\\r": 2, "1": 3, "\\ud83d\\ude02": 4} | {"\\r":2,"1":3,"€":1,"😂":4}
          "\\u20ac$\\u000F\\u000aA'B\\u0022\\u005c\\u005c\\"\\/" | "€$\\u000f\\nA'B\\"\\\\\\\\\\"/"
          """)
  void valuesHaveOneSpelling(String json, String canonical) throws IOException {
    assertThat(JsonText.CANONICAL.of(new ObjectMapper().readTree(json))).isEqualTo(canonical);
  }
}
