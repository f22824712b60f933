package dev.deed.processing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the small JSON files of a model folder. */
final class JsonFile {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonFile() {}

  /**
   * @param mostBytes files longer than this are refused unread
   * @throws InputException when the file is missing, too long, or no JSON object
   */
  static JsonNode readObject(Path file, long mostBytes) {
    try {
      JsonNode json = MAPPER.readTree(readBytes(file, mostBytes));
      if (json == null || !json.isObject()) {
        throw new InputException(
            file.toString(), "is no JSON object", "give an intact model folder");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw malformed(file, e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static byte[] readBytes(Path file, long mostBytes) {
    try {
      long size = Files.size(file);
      if (size > mostBytes) {
        throw new InputException(
            file.toString(),
            "%d bytes are more than the %d allowed".formatted(size, mostBytes),
            "give an intact model folder");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InputException(
          file.toString(), "there is no such file", "give a complete model folder");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static InputException malformed(Path file, JsonProcessingException e) {
    String where =
        e.getLocation() == null ? "" : " (line %d)".formatted(e.getLocation().getLineNr());
    return new InputException(
        file.toString(),
        "malformed JSON: " + e.getOriginalMessage() + where,
        "give an intact model folder");
  }

  static InputException unreadable(Path file, IOException e) {
    return new InputException(
        file.toString(), "cannot be read: " + e.getMessage(), "check the path and its rights");
  }
}
