package dev.deed.evaluation.speed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.BadInputException;
import dev.deed.checkpoint.RegularFile;
import dev.deed.decode.exit.Confidence;
import dev.deed.evaluation.speed.ImposedExits.Stop;
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
 * @param answers of one after the other, where its tokens stopped
 * @param depth decoder layers of the model they come from: the deepest exit there is
 */
public record ExitSchedule(List<List<Stop>> answers, int depth) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** So many answers are decoded, from all over the file. */
  private static final int MOST_ANSWERS = 64;

  public ExitSchedule {
    answers = answers.stream().map(List::copyOf).toList();
  }

  /**
   * Reads what {@code deed generate --output} writes: JSON Lines with {@code exit_layers}. Where it
   * holds {@code consulted} ({@code --trace}) too, as many exits are asked as were asked then; else
   * all.
   *
   * @throws BadInputException when a line is no JSON object with whole numbers from 1 on, what was
   *     consulted are no lists of as many tokens, or no answer has two tokens
   */
  public static ExitSchedule read(Path file) {
    RegularFile.require(file);
    List<Trace> traces = new ArrayList<>();
    int number = 0;
    try (var lines = Files.lines(file)) {
      for (String line : (Iterable<String>) lines::iterator) {
        number++;
        if (!line.isBlank()) {
          trace(line, file + " line " + number).ifPresent(traces::add);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new BadInputException(
          file.toString(), "cannot be read", "give a file of deed generate");
    }
    BadInputException.require(
        traces.stream().anyMatch(trace -> trace.layers.size() > 1),
        file.toString(),
        "has no answer of two tokens",
        "give a file of deed generate");
    int deepest =
        traces.stream()
            .flatMap(trace -> trace.layers.stream())
            .mapToInt(Integer::intValue)
            .max()
            .orElseThrow();
    return new ExitSchedule(traces.stream().map(trace -> trace.stops(deepest)).toList(), deepest);
  }

  /**
   * What a line says of an answer.
   *
   * @param consulted how many exits below the last layer were asked for each token; null: it does
   *     not say
   */
  private record Trace(List<Integer> layers, @Nullable List<Integer> consulted) {
    List<Stop> stops(int depth) {
      List<Stop> stops = new ArrayList<>();
      for (int i = 0; i < layers.size(); i++) {
        int layer = layers.get(i);
        stops.add(
            consulted == null
                ? Stop.at(layer)
                // The last layer emits without being asked for its confidence.
                : new Stop(layer, Math.max(1, consulted.get(i) + (layer == depth ? 1 : 0))));
      }
      return stops;
    }
  }

  /** Nothing for a line that could not be decoded. */
  private static Optional<Trace> trace(String line, String place) {
    JsonNode answer;
    try {
      answer = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new BadInputException(place, "is no JSON", "give a file of deed generate");
    }
    if (answer.has("error")) {
      return Optional.empty();
    }
    List<Integer> layers = layers(answer.path("exit_layers"), place);
    return Optional.of(new Trace(layers, consulted(answer.get("consulted"), layers, place)));
  }

  private static List<Integer> layers(JsonNode exits, String place) {
    BadInputException.require(
        exits.isArray(), place, "has no exit_layers", "give a file of deed generate");
    List<Integer> layers = new ArrayList<>();
    for (JsonNode exit : exits) {
      BadInputException.require(
          exit.isInt() && exit.intValue() >= 1,
          place,
          "has the exit layer " + exit,
          "give whole numbers from 1 on");
      layers.add(exit.intValue());
    }
    return layers;
  }

  private static @Nullable List<Integer> consulted(
      @Nullable JsonNode tokens, List<Integer> layers, String place) {
    if (tokens == null || tokens.isNull()) {
      return null;
    }
    BadInputException.require(
        tokens.isArray() && tokens.size() == layers.size(),
        place,
        "has exit_layers of " + layers.size() + " tokens and consulted of " + tokens.size(),
        "give a file of deed generate");
    List<Integer> counts = new ArrayList<>();
    for (JsonNode token : tokens) {
      BadInputException.require(
          token.isArray(), place, "consulted " + token, "give a file of deed generate");
      counts.add(token.size());
    }
    return counts;
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
    List<List<Stop>> scaled =
        answers.stream()
            .filter(stops -> stops.size() > 1)
            .map(
                stops ->
                    stops.stream()
                        .limit(mostTokens)
                        .map(stop -> new Stop(scaled(stop, decoderLayers), stop.asked()))
                        .toList())
            .toList();
    TreeSet<Integer> exits =
        new TreeSet<>(
            asked == null
                ? scaled.stream().flatMap(List::stream).map(Stop::layer).toList()
                : asked);
    exits.add(decoderLayers);
    int count = Math.min(MOST_ANSWERS, scaled.size());
    List<ModelBench.Answer> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Stop> stops = scaled.get((int) ((long) i * scaled.size() / count));
      chosen.add(
          new ModelBench.Answer(
              stops.size(), new ImposedExits(stops, List.copyOf(exits)).rule(confidence)));
    }
    return chosen;
  }

  private int scaled(Stop stop, int decoderLayers) {
    return (stop.layer() * decoderLayers + depth - 1) / depth;
  }
}
