package dev.deed.lab.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.lab.datasets.JsonLinesWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the converters of data sets tell.
 *
 * @param target the folder made
 * @param examples of each part
 */
record ConvertedParts(Path target, Map<String, Long> examples) {
  /** Prints them. */
  void print(boolean asJson) {
    System.out.println(asJson ? json() : line());
  }

  /** {@code FOLDER: 10 train, 2 val}. */
  String line() {
    return target
        + ": "
        + examples.entrySet().stream()
            .map(part -> part.getValue() + " " + part.getKey())
            .collect(Collectors.joining(", "));
  }

  /** The same as fields of an object, for others to join. */
  ObjectNode json() {
    ObjectNode json = JsonLinesWriter.object();
    json.put("out", target.toString());
    examples.forEach(json::put);
    return json;
  }
}
