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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Exit layers of a real run, imposed on a model whose own confidence means nothing.
 *
 * @param answers of one after the other, the layers of its tokens, from 1
 * @param depth decoder layers of the model they come from
 */
public record ExitSchedule(List<List<Integer>> answers, int depth) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** So many answers are decoded, from all over the file. */
  private static final int MOST_ANSWERS = 64;

  public ExitSchedule {
    answers = answers.stream().map(List::copyOf).toList();
  }

  /**
   * Reads what {@code deed generate --output} writes: JSON Lines with {@code exit_layers}.
   *
   * @param depth decoder layers of the model that was run; 0: the deepest exit there is
   * @throws InputException when a line is no JSON object with whole numbers from 1 on, or no answer
   *     has two tokens
   */
  public static ExitSchedule read(Path file, int depth) {
    List<List<Integer>> answers = new ArrayList<>();
    int number = 0;
    try (var lines = Files.lines(file)) {
      for (String line : (Iterable<String>) lines::iterator) {
        number++;
        if (!line.isBlank()) {
          layers(line, file + " line " + number).ifPresent(answers::add);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new InputException(file.toString(), "cannot be read", "give a file of deed generate");
    }
    InputException.require(
        answers.stream().anyMatch(layers -> layers.size() > 1),
        file.toString(),
        "has no answer of two tokens",
        "give a file of deed generate");
    int deepest =
        answers.stream().flatMap(List::stream).mapToInt(Integer::intValue).max().orElseThrow();
    InputException.require(
        depth == 0 || deepest <= depth,
        file.toString(),
        "has an exit at layer " + deepest + " of " + depth,
        "state the number of decoder layers of the model that it comes from");
    return new ExitSchedule(answers, depth == 0 ? deepest : depth);
  }

  /** Nothing for a line that could not be decoded. */
  private static Optional<List<Integer>> layers(String line, String place) {
    JsonNode exits;
    try {
      JsonNode answer = MAPPER.readTree(line);
      if (answer.has("error")) {
        return Optional.empty();
      }
      exits = answer.path("exit_layers");
    } catch (JsonProcessingException e) {
      throw new InputException(place, "is no JSON", "give a file of deed generate");
    }
    InputException.require(
        exits.isArray(), place, "has no exit_layers", "give a file of deed generate");
    List<Integer> layers = new ArrayList<>();
    for (JsonNode exit : exits) {
      InputException.require(
          exit.isInt() && exit.intValue() >= 1,
          place,
          "has the exit layer " + exit,
          "give whole numbers from 1 on");
      layers.add(exit.intValue());
    }
    return Optional.of(layers);
  }

  /**
   * Answers for a model of {@code decoderLayers} layers, at most {@value #MOST_ANSWERS}: exits keep
   * their share of the depth, rounded up.
   *
   * @param mostTokens where longer answers end
   * @param asked exits at which {@code confidence} is asked, the last layer apart; null for those
   *     that occur in the schedule
   */
  List<ModelBench.Answer> answers(
      int decoderLayers, int mostTokens, Confidence confidence, @Nullable List<Integer> asked) {
    List<List<Integer>> scaled =
        answers.stream()
            .filter(layers -> layers.size() > 1)
            .map(
                layers ->
                    layers.stream()
                        .limit(mostTokens)
                        .map(layer -> (layer * decoderLayers + depth - 1) / depth)
                        .toList())
            .toList();
    TreeSet<Integer> exits =
        new TreeSet<>(asked == null ? scaled.stream().flatMap(List::stream).toList() : asked);
    exits.add(decoderLayers);
    int count = Math.min(MOST_ANSWERS, scaled.size());
    List<ModelBench.Answer> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Integer> layers = scaled.get((int) ((long) i * scaled.size() / count));
      chosen.add(
          new ModelBench.Answer(
              layers.size(),
              new ExitRule(
                  new ExitPolicy.Schedule(confidence, layers), List.copyOf(exits), History.JIT)));
    }
    return chosen;
  }
}
