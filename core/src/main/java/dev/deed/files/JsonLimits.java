package dev.deed.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * How much a JSON text of a request, or of a line, may hold. A tree of objects takes up to 30 times
 * the memory of its text, so the parser counts before it builds: values, names, and both ends of
 * objects and lists. Its length in bytes is bounded elsewhere.
 *
 * @param tokens how many of these
 */
public record JsonLimits(long tokens) {
  /** The body of a request: 145 prompts of 1,800 token ids, or a page of 20,000 words. */
  public static final JsonLimits BODY = new JsonLimits(1 << 18);

  /** A line of a data set: a million token ids. */
  public static final JsonLimits LINE = new JsonLimits(1 << 20);

  private static final int MOST_DEPTH = 200;
  private static final int MOST_DIGITS = 1000;
  private static final int LONGEST_NAME = 1000;

  /** Reads texts within these limits, each of one value, in which no object has a name twice. */
  public JsonMapper mapper() {
    JsonFactory parsers =
        JsonFactory.builder()
            // Names of strangers would stay in the JVM's own table.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxTokenCount(tokens)
                    .maxNestingDepth(MOST_DEPTH)
                    .maxNumberLength(MOST_DIGITS)
                    .maxNameLength(LONGEST_NAME)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();
    return JsonMapper.builder(parsers)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }
}
