package dev.deed.data.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.deed.data.InputLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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

  private static final List<TaskType> TYPES = TaskType.all();

  /** Reads a line; null where it is not one that a task writes. */
  static @Nullable AnswerLine parse(long number, byte[] line) throws IOException {
    try {
      JsonNode json = MAPPER.readTree(line);
      boolean decoded = TYPES.stream().anyMatch(type -> type.isAnswer(json));
      return decoded || json.path("error").isTextual()
          ? new AnswerLine(
              number,
              json.path("id").isMissingNode() ? NullNode.instance : json.path("id"),
              digest(json.get("target"), json.get("targets")),
              !decoded)
          : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** Whether a line without its end may be the beginning of the answer to a line with this id. */
  static boolean begins(byte[] torn, JsonNode id) {
    return Stream.concat(Stream.of("error"), TYPES.stream().flatMap(type -> type.begins().stream()))
        .anyMatch(field -> begins(torn, id, field));
  }

  private static boolean begins(byte[] torn, JsonNode id, String field) {
    byte[] start = ("{\"id\":" + id + ",\"" + field + "\":").getBytes(StandardCharsets.UTF_8);
    int common = Math.min(torn.length, start.length);
    return Arrays.equals(torn, 0, common, start, 0, common);
  }

  /** The digest of an input's texts. */
  static int targets(InputLine line) throws IOException {
    return digest(
        asWritten(line.carried().get("target")), asWritten(line.carried().get("targets")));
  }

  /** What is read again of a value once it was written: half a surrogate pair is a ? then. */
  static @Nullable JsonNode asWritten(@Nullable JsonNode value) throws IOException {
    return value == null
        ? null
        : MAPPER.readTree(value.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static int digest(@Nullable JsonNode target, @Nullable JsonNode targets) {
    return Objects.hash(target, targets);
  }
}
