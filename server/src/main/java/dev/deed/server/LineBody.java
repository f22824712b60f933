package dev.deed.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.Request;
import dev.deed.data.Fields;
import dev.deed.data.InputLine;
import dev.deed.data.LineInputs;
import dev.deed.data.LineOptions;
import dev.deed.data.Media;
import dev.deed.server.DataUrl.Medium;
import dev.deed.server.http.ApiException;
import dev.deed.value.ExitSetting;
import dev.deed.value.InputException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The body of {@code /v1/generate}: a line of the data format, whose picture or sound is a data
 * URL, and how to answer it.
 */
final class LineBody {
  /** Most probable tokens that a traced token tells of. */
  private static final int ALTERNATIVES = 5;

  private static final String CONSTRAINT = "structured_outputs";

  /** What OpenAI calls settings, which would be ignored here. */
  private static final Set<String> OTHERS =
      Set.of("max_tokens", "max_completion_tokens", "n", "logit_bias", "messages");

  /** Fields of a line that come back as they are. */
  static final Set<String> LEARNT = Set.of("target", "targets");

  private LineBody() {}

  /**
   * Reads a body.
   *
   * @throws ApiException when it cannot be used
   */
  static ParsedBody parse(ObjectNode json) {
    Fields fields = new Fields("request", "", json);
    String model = fields.text("model");
    boolean stream = Boolean.TRUE.equals(fields.flag("stream"));
    boolean trace = Boolean.TRUE.equals(fields.flag("trace"));
    json.remove(List.of("model", "stream", "trace"));
    Parsed parsed = parse(json, LEARNT);
    LineOptions options = parsed.options.of(parsed.line);
    Request request =
        new Request(
            LineInputs.input(parsed.line),
            options.options().withAlternatives(trace ? ALTERNATIVES : 0));
    return new ParsedBody(
        model,
        List.of(request),
        stream,
        served -> LineAnswer.of(parsed.line, request, trace, options.receipt(), served));
  }

  /** A constraint stands at the top, as other servers have it, or among the settings. */
  private static void moveConstraint(Fields fields, ObjectNode json) {
    JsonNode constraint = fields.value(CONSTRAINT);
    ObjectNode generation = fields.object("generation");
    ApiException.require(
        constraint == null || generation == null || !generation.hasNonNull(CONSTRAINT),
        CONSTRAINT,
        "is in generation too; give one of them");
    if (constraint != null) {
      (generation == null ? json.putObject("generation") : generation).set(CONSTRAINT, constraint);
    }
    json.remove(CONSTRAINT);
  }

  /**
   * What is asked, and how.
   *
   * @param options for what the line does not say
   */
  record Parsed(InputLine line, LineOptions options) {}

  /**
   * Reads a line.
   *
   * @param json changed: what is no field of a file's line is taken out
   * @param others fields beside those of a line
   * @throws ApiException when it names files
   * @throws InputException when a field cannot be used
   */
  static Parsed parse(ObjectNode json, Set<String> others) {
    Fields fields = new Fields("request", "", json);
    String image = fields.text("image");
    String audio = fields.text("audio");
    if (fields.value("tensors") != null) {
      throw ApiException.unsupported("tensors", "name files, which no request may");
    }
    moveConstraint(fields, json);
    json.remove(List.of("image", "audio", "tensors"));
    InputLine line = InputLine.of("request", json);
    requireKnown(line, others);
    if (image != null) {
      line = line.with(InputLine.IMAGE, bytes(image, InputLine.IMAGE, Medium.PICTURE));
    }
    if (audio != null) {
      line = line.with(InputLine.AUDIO, bytes(audio, InputLine.AUDIO, Medium.SOUND));
    }
    return new Parsed(line, new LineOptions(GenerationOptions.defaults()));
  }

  private static Media bytes(String url, String field, Medium medium) {
    return new Media.InMemory(DataUrl.bytes(url, field, medium));
  }

  /**
   * What a file's line carries through without effect is a mistake here: a setting in the wrong
   * place, or a name misspelt.
   */
  private static void requireKnown(InputLine line, Set<String> others) {
    for (Map.Entry<String, JsonNode> field : line.carried().entrySet()) {
      String name = field.getKey();
      if (ExitSetting.named(name) != null) {
        throw ApiException.unsupported(name, "belongs into the object exits");
      }
      if (OTHERS.contains(name) || GenerationOptions.isSetting(name) && !others.contains(name)) {
        throw ApiException.unsupported(
            name, "belongs into the object generation, by its name in generation_config.json");
      }
      if (!others.contains(name) && !field.getValue().isNull()) {
        throw ApiException.unknownParameter(name);
      }
    }
  }
}
