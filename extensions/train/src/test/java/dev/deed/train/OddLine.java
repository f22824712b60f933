package dev.deed.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Content of lines and files, broken, huge, or of values that nobody meant. */
final class OddLine {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1e999",
          "NaN",
          "2147483648",
          "1e-320",
          "0.5",
          "\"\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"red\"",
          "\"red green blue red green\"",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "[0, 0, 0, 0]",
          "[\"red\", 7]",
          "[\"red\"]",
          "[1, 2]",
          "\"/dev/zero\"",
          "\"../../etc/passwd\"",
          "\"train0.png\"",
          "\"data:image/png;base64,AA\"",
          "{\"max_new_tokens\": -1}",
          "{\"policy\": \"full\"}",
          "{\"text\": \"a\", \"box\": 7}",
          "[{\"text\": \"a\", \"box\": [9, 9, 1, 1]}]",
          "[{\"text\": \"\", \"box\": [0, 0, 0, 0]}]",
          "[{\"text\": \"a b c\", \"box\": [-1e30, 0, 1e30, 5]}]");

  private static final List<String> MORE =
      List.of(
          "id",
          "targets",
          "decoder_prompt",
          "decoder_input_ids",
          "input_ids",
          "tensors",
          "ocr",
          "width",
          "height",
          "image",
          "audio",
          "generation",
          "exits",
          "nobody",
          "log_probs",
          "source_language",
          "target_language");

  private OddLine() {}

  static byte[] of(String line, Random random) {
    return of(line.getBytes(StandardCharsets.UTF_8), random);
  }

  static byte[] of(byte[] content, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(content, random.nextInt(content.length + 1));
      case 1 -> {
        byte[] changed = content.clone();
        for (int i = 1 + random.nextInt(4); i > 0 && changed.length > 0; i--) {
          changed[random.nextInt(Math.min(changed.length, 4000))] = (byte) random.nextInt(256);
        }
        yield changed;
      }
      case 2 -> random.nextBoolean() ? new byte[random.nextInt(9)] : huge(random);
      default -> changed(content, random);
    };
  }

  static byte[] joined(List<byte[]> lines) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      all.writeBytes(line);
      all.write('\n');
    }
    return all.toByteArray();
  }

  private static byte[] huge(Random random) {
    int size = 1 << random.nextInt(18);
    String text =
        switch (random.nextInt(4)) {
          case 0 -> "[".repeat(size);
          case 1 -> "{\"prompt\": \"red\", \"target\": \"%s\"}".formatted("red ".repeat(size));
          case 2 -> "{\"prompt\": \"%s\", \"target\": \"red\"}".formatted("red ".repeat(size));
          default -> "{\"prompt\": %s1, \"target\": \"red\"}".formatted("9".repeat(size));
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Other values in JSON, wherever they stand; other numbers in weights. */
  private static byte[] changed(byte[] content, Random random) {
    JsonNode json;
    try {
      json = MAPPER.readTree(new String(content, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      return weights(content, random);
    }
    if (!(json instanceof ObjectNode object)) {
      return content;
    }
    List<ObjectNode> parts = new ArrayList<>();
    gather(object, parts);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      ObjectNode part = parts.get(random.nextInt(parts.size()));
      List<String> keys = new ArrayList<>(random.nextBoolean() ? MORE : List.of());
      part.fieldNames().forEachRemaining(keys::add);
      if (!keys.isEmpty()) {
        String key = keys.get(random.nextInt(keys.size()));
        if (random.nextInt(6) == 0) {
          part.remove(key);
        } else {
          part.put(key, "VALUE");
        }
      }
    }
    String text = object.toString();
    while (text.contains("\"VALUE\"")) {
      text = text.replaceFirst("\"VALUE\"", escaped(VALUES.get(random.nextInt(VALUES.size()))));
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String escaped(String replacement) {
    return replacement.replace("\\", "\\\\");
  }

  private static void gather(JsonNode node, List<ObjectNode> parts) {
    if (node instanceof ObjectNode object) {
      parts.add(object);
    }
    if (node instanceof ObjectNode || node instanceof ArrayNode) {
      node.forEach(child -> gather(child, parts));
    }
  }

  private static byte[] weights(byte[] content, Random random) {
    byte[] changed = content.clone();
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, 3e38f, 1.4e-45f, -1e30f};
    float value = odd[random.nextInt(odd.length)];
    ByteBuffer bytes = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 1 + random.nextInt(64); i > 0 && changed.length > 8; i--) {
      bytes.putFloat(random.nextInt(changed.length - 4) & ~3, value);
    }
    return changed;
  }
}
