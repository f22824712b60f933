package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.NamedPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From a JSON object to an {@link InputLine}; the first field of a wrong type ends it with an error
 * that names it.
 */
record InputParser(String origin, long number, Path folder, ObjectNode json) {
  private static final int MOST_PIXELS = 1_000_000;
  private static final String LOG_PROBS = "log_probs";
  private static final String RECEIPT = "receipt";

  InputLine parse() {
    Fields fields = new Fields(origin, "", json);
    JsonNode id = fields.value("id");
    fields.require(
        id == null || id.isTextual() || id.isIntegralNumber(), "id", "a text or a whole number");
    String target = fields.text("target");
    List<String> targets = targets(fields, target);
    return new InputLine(
        origin,
        number,
        id,
        fields.text("prompt"),
        fields.text("decoder_prompt"),
        media(fields),
        OcrJson.entries(fields, "ocr"),
        fields.integer("width", 1, MOST_PIXELS),
        fields.integer("height", 1, MOST_PIXELS),
        fields.text("source_language"),
        fields.text("target_language"),
        fields.integers("input_ids", 0, Integer.MAX_VALUE),
        fields.integers("decoder_input_ids", 0, Integer.MAX_VALUE),
        tensors(fields),
        generation(fields),
        fields.exits("exits"),
        logProbs(fields),
        // An object is no setting either: it is that of a line of output.
        json.path(RECEIPT).isObject() ? null : fields.flag(RECEIPT),
        PredictionField.read(fields),
        target == null && !targets.isEmpty() ? targets.getFirst() : target,
        targets,
        fields.others("target", "targets"));
  }

  private Map<String, Media> media(Fields fields) {
    Map<String, Media> media = new LinkedHashMap<>();
    for (String field : List.of(InputLine.IMAGE, InputLine.AUDIO)) {
      String text = fields.text(field);
      if (text != null) {
        media.put(field, new Media.InFile(path(fields, field, text)));
      }
    }
    return media;
  }

  private static @Nullable Map<String, @Nullable Object> generation(Fields fields) {
    ObjectNode object = fields.object("generation");
    return object == null ? null : JsonValues.of(object);
  }

  /** A list is no setting: a line of output tells its own in one, and may be an input again. */
  private @Nullable Boolean logProbs(Fields fields) {
    return json.path(LOG_PROBS).isArray() ? null : fields.flag(LOG_PROBS);
  }

  private Map<String, TensorReference> tensors(Fields fields) {
    ObjectNode object = fields.object("tensors");
    Map<String, TensorReference> tensors = new LinkedHashMap<>();
    if (object != null) {
      Fields inside = new Fields(origin, "tensors.", object);
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        String reference = entry.getValue().isTextual() ? entry.getValue().textValue() : "";
        // The last colon: there may be one in the path.
        int colon = reference.lastIndexOf(':');
        if (colon < 1 || colon == reference.length() - 1) {
          throw inside.wrong(entry.getKey(), "a text FILE.safetensors:NAME");
        }
        Path file = path(inside, entry.getKey(), reference.substring(0, colon));
        tensors.put(entry.getKey(), new TensorReference(file, reference.substring(colon + 1)));
      }
    }
    return tensors;
  }

  private static List<String> targets(Fields fields, @Nullable String target) {
    List<String> targets = fields.texts("targets");
    if (targets == null) {
      return target == null ? List.of() : List.of(target);
    }
    fields.require(!targets.isEmpty(), "targets", "a list of at least one text");
    if (target != null && !targets.contains(target)) {
      List<String> all = new ArrayList<>(targets);
      all.addFirst(target);
      return List.copyOf(all);
    }
    return targets;
  }

  private Path path(Fields fields, String key, String text) {
    return NamedPath.in(folder, fields.place(key), text);
  }
}
