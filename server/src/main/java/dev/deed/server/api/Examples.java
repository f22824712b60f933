package dev.deed.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.ServedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Inputs to try a model with, from the file {@code samples/samples.jsonl} of its folder: {@code GET
 * /page/examples.json}, and the pictures that it names. No other file of a folder is ever sent.
 */
final class Examples {
  static final String LIST = "/page/examples.json";
  static final String BELOW = "/page/examples/";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST = 64;
  private static final Map<String, String> PICTURES =
      Map.of(
          "png", "image/png",
          "jpg", "image/jpeg",
          "jpeg", "image/jpeg",
          "gif", "image/gif",
          "webp", "image/webp");

  private final Service service;

  Examples(Service service) {
    this.service = service;
  }

  /** All examples: {@code [{"model", "id", "prompt", "decoder_prompt", "image", "target"}]}. */
  void list(Exchange exchange) throws IOException {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (ServedModel model : service.models().models()) {
      for (JsonNode line : lines(model)) {
        ObjectNode example = all.addObject().put("model", model.name());
        for (String field : List.of("id", "prompt", "decoder_prompt", "target")) {
          if (line.path(field).isValueNode()) {
            example.set(field, line.get(field));
          }
        }
        if (line.path("image").isTextual()) {
          example.put("image", BELOW + model.name() + "/" + name(line));
        }
      }
    }
    StaticFiles.sendTagged(
        exchange, "application/json", all.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** A picture that an example names. */
  void picture(Exchange exchange) throws IOException {
    for (ServedModel model : service.models().models()) {
      Map<String, Path> pictures = new LinkedHashMap<>();
      for (JsonNode line : lines(model)) {
        if (line.path("image").isTextual()) {
          pictures.put(
              BELOW + model.name() + "/" + name(line),
              folder(model).resolve(line.path("image").textValue()));
        }
      }
      Path file = pictures.get(exchange.path());
      if (file != null) {
        String name = file.toString();
        String type = PICTURES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type != null && Files.isRegularFile(file)) {
          StaticFiles.sendTagged(exchange, type, Files.readAllBytes(file));
          return;
        }
      }
    }
    throw ApiException.notFound("there is no such example");
  }

  private static Path folder(ServedModel model) {
    return model.folder().resolve("samples");
  }

  private static String name(JsonNode line) {
    String image = line.path("image").textValue();
    return image.substring(image.lastIndexOf('/') + 1);
  }

  private static List<JsonNode> lines(ServedModel model) throws IOException {
    try (var lines = Files.lines(folder(model).resolve("samples.jsonl"))) {
      return lines.filter(line -> !line.isBlank()).limit(MOST).map(Examples::parse).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static JsonNode parse(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      return JsonNodeFactory.instance.objectNode();
    }
  }
}
