package dev.deed.data.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.deed.data.InputLine;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a line of an output tells of the line of the input that it answers.
 *
 * @param number in the output, from 1
 * @param id null where it has none
 * @param targets a digest of the accepted texts that it carries
 * @param failed whether it says why there is no answer
 */
record AnswerLine(long number, JsonNode id, int targets, boolean failed) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Reads a line; null where it is not one that {@code generate} writes. */
  static @Nullable AnswerLine parse(long number, byte[] line) throws IOException {
    try {
      JsonNode json = MAPPER.readTree(line);
      boolean failed = json.path("error").isTextual();
      return failed || json.path("token_ids").isArray()
          ? new AnswerLine(
              number,
              json.path("id").isMissingNode() ? NullNode.instance : json.path("id"),
              digest(json.get("target"), json.get("targets")),
              failed)
          : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** The digest of an input's texts. */
  static int targets(InputLine line) {
    return digest(line.carried().get("target"), line.carried().get("targets"));
  }

  private static int digest(@Nullable JsonNode target, @Nullable JsonNode targets) {
    return Objects.hash(target, targets);
  }
}
