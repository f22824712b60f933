package dev.deed.processing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.checkpoint.InputException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * {@code preprocessor_config.json}: typed access, with one clear error line for everything out of
 * place.
 */
record PreprocessorConfig(Path file, JsonNode json) {
  private static final long MOST_BYTES = 1 << 20;

  static PreprocessorConfig read(Path file) {
    return new PreprocessorConfig(file, JsonFile.readObject(file, MOST_BYTES));
  }

  /** Kind of processor; older folders call it {@code feature_extractor_type}. */
  String type() {
    JsonNode type =
        json.hasNonNull("image_processor_type")
            ? json.get("image_processor_type")
            : json.get("feature_extractor_type");
    if (type == null || !type.isTextual()) {
      throw invalid("image_processor_type is missing or no text");
    }
    return type.asText();
  }

  boolean flag(String name, boolean byDefault) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      return byDefault;
    }
    if (!value.isBoolean()) {
      throw invalid(name + " is not true or false");
    }
    return value.asBoolean();
  }

  double number(String name, double byDefault) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      return byDefault;
    }
    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
      throw invalid(name + " is not a finite number");
    }
    return value.asDouble();
  }

  /** Three numbers, one a channel; a single number stands for all of them. */
  double[] channels(String name, double byDefault) {
    JsonNode value = json.get(name);
    double[] result = {byDefault, byDefault, byDefault};
    if (value == null || value.isNull()) {
      return result;
    }
    for (int c = 0; c < 3; c++) {
      JsonNode number = value.isArray() && value.size() == 3 ? value.get(c) : value;
      if (!number.isNumber() || !Double.isFinite(number.asDouble())) {
        throw invalid(name + " is not a list of three finite numbers");
      }
      result[c] = number.asDouble();
    }
    return result;
  }

  /**
   * A side of {@code size}, which is a number or an object with {@code height} and {@code width}.
   */
  int side(String name, int byDefault) {
    JsonNode size = json.get("size");
    if (size == null || size.isNull()) {
      return byDefault;
    }
    JsonNode side = size.isObject() ? size.get(name) : size;
    if (side == null) {
      throw unsupported("size " + size, "{\"height\": h, \"width\": w} is");
    }
    if (!side.isIntegralNumber()
        || !side.canConvertToInt()
        || side.asInt() < 1
        || side.asInt() > 16_384) {
      throw invalid("size " + size + " is not within 1…16384 pixels");
    }
    return side.asInt();
  }

  Resampling resampling(Resampling byDefault) {
    JsonNode value = json.get("resample");
    if (value == null || value.isNull()) {
      return byDefault;
    }
    for (Resampling filter : Resampling.values()) {
      if (value.isIntegralNumber() && value.asInt() == filter.number()) {
        return filter;
      }
    }
    throw unsupported("resample " + value, "2 (bilinear) and 3 (bicubic) are");
  }

  /** Refuses every switch that is on and not among the known ones: it would change the pixels. */
  void refuseOtherSteps(Set<String> known) {
    for (Map.Entry<String, JsonNode> setting : json.properties()) {
      if (setting.getKey().startsWith("do_")
          && setting.getValue().asBoolean()
          && !known.contains(setting.getKey())) {
        throw unsupported(setting.getKey(), String.join(", ", known) + " are");
      }
    }
  }

  InputException unsupported(String what, String supported) {
    return new InputException(file.toString(), what + " is not supported", supported);
  }

  InputException invalid(String why) {
    return new InputException(file.toString(), why, "correct it");
  }
}
