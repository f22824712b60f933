package dev.deed.tasks.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.InputException;
import dev.deed.decode.Confidence;
import dev.deed.decode.ExitPolicy;
import dev.deed.decode.ExitRule;
import dev.deed.decode.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Exit layers of a real run, imposed on a model whose own confidence means nothing.
 *
 * @param layers of one token after the other, from 1
 * @param depth decoder layers of the model they come from
 */
public record ExitSchedule(List<Integer> layers, int depth) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  public ExitSchedule {
    layers = List.copyOf(layers);
  }

  /**
   * Reads what {@code deed generate --output} writes: JSON Lines with {@code exit_layers}.
   *
   * @param depth decoder layers of the model that was run; 0: the deepest exit there is
   * @throws InputException when a line is no JSON object with whole numbers from 1 on, or there is
   *     no token
   */
  public static ExitSchedule read(Path file, int depth) {
    List<Integer> layers = new ArrayList<>();
    int number = 0;
    try (var lines = Files.lines(file)) {
      for (String line : (Iterable<String>) lines::iterator) {
        number++;
        if (!line.isBlank()) {
          add(line, file + " line " + number, layers);
        }
      }
    } catch (IOException e) {
      throw new InputException(file.toString(), "cannot be read", "give a file of deed generate");
    }
    InputException.require(
        !layers.isEmpty(), file.toString(), "names no exit layers", "give a file of deed generate");
    int deepest = layers.stream().mapToInt(Integer::intValue).max().orElseThrow();
    InputException.require(
        depth == 0 || deepest <= depth,
        file.toString(),
        "has an exit at layer " + deepest + " of " + depth,
        "state the number of decoder layers of the model that it comes from");
    return new ExitSchedule(layers, depth == 0 ? deepest : depth);
  }

  private static void add(String line, String place, List<Integer> layers) {
    JsonNode exits;
    try {
      exits = MAPPER.readTree(line).path("exit_layers");
    } catch (JsonProcessingException e) {
      throw new InputException(place, "is no JSON", "give a file of deed generate");
    }
    InputException.require(
        exits.isArray(), place, "has no exit_layers", "give a file of deed generate");
    for (JsonNode exit : exits) {
      InputException.require(
          exit.isInt() && exit.intValue() >= 1,
          place,
          "has the exit layer " + exit,
          "give whole numbers from 1 on");
      layers.add(exit.intValue());
    }
  }

  /** Mean exit as a share of the depth, 0…1. */
  public double meanShare() {
    return layers.stream().mapToInt(Integer::intValue).average().orElseThrow() / depth;
  }

  /**
   * The rule for a model of {@code decoderLayers} layers: exits keep their share of the depth,
   * rounded up.
   *
   * @param asked exits at which {@code confidence} is asked, the last layer apart
   */
  ExitRule rule(int decoderLayers, Confidence confidence, List<Integer> asked) {
    List<Integer> scaled =
        layers.stream().map(layer -> (layer * decoderLayers + depth - 1) / depth).toList();
    TreeSet<Integer> exits = new TreeSet<>(asked);
    exits.add(decoderLayers);
    return new ExitRule(
        new ExitPolicy.Schedule(confidence, scaled), List.copyOf(exits), History.JIT);
  }
}
