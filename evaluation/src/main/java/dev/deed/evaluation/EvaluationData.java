package dev.deed.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.Input;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.LineInputs;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The examples of a data set, read and checked before anything runs: an evaluation of an hour
 * should not fail at its end for a line that was wrong from the start.
 *
 * @param examples in the order of the file, or in that of {@link #shuffled}
 */
public record EvaluationData(Path file, List<EvaluationExample> examples) {
  public EvaluationData {
    examples = List.copyOf(examples);
  }

  /**
   * Reads a data set in JSON Lines.
   *
   * @param limit most examples to take, from the first line on
   * @throws InputException when the file cannot be read or is empty, a line is malformed or has no
   *     target, a picture is missing, or a line has exit settings of its own
   */
  public static EvaluationData read(Path file, int limit) {
    List<EvaluationExample> examples = new ArrayList<>();
    try (InputReader reader = InputReader.open(file)) {
      while (examples.size() < limit && reader.nextExample() instanceof InputLine line) {
        examples.add(check(file, line, line.targets()));
      }
    }
    if (examples.isEmpty()) {
      throw new InputException(
          file.toString(), "holds no example", "give a file with one example a line");
    }
    return new EvaluationData(file, examples);
  }

  /**
   * Reads inputs in JSON Lines, of which no answer is known: their examples have no targets.
   *
   * @param limit most inputs to take, from the first line on
   * @throws InputException as {@link #read} does, but for targets
   */
  public static EvaluationData inputs(Path file, int limit) {
    return inputs(file, InputReader.first(file, limit));
  }

  /** Likewise of lines that were read. */
  public static EvaluationData inputs(Path file, List<InputLine> lines) {
    return new EvaluationData(
        file, lines.stream().map(line -> check(file, line, List.of())).toList());
  }

  public int size() {
    return examples.size();
  }

  public EvaluationData shuffled(long seed) {
    List<EvaluationExample> drawn = new ArrayList<>(examples);
    Collections.shuffle(drawn, new Random(seed));
    return new EvaluationData(file, drawn);
  }

  /** The examples from one, counted from 0, up to but without another. */
  public EvaluationData part(int from, int to) {
    return new EvaluationData(file, examples.subList(from, to));
  }

  private static EvaluationExample check(Path file, InputLine line, List<String> targets) {
    JsonNode id = line.id();
    String where =
        file + ", line " + line.number() + (id == null ? "" : " (id " + id.asText() + ")");
    if (line.exits() != null) {
      throw new InputException(
          where, "has exits of its own", "leave them out: the policies under evaluation decide");
    }
    if (line.image() != null && !Files.isReadable(line.image())) {
      throw new InputException(
          where,
          "the picture " + line.image() + " is missing or may not be read",
          "check the path, which is relative to the file");
    }
    Input input;
    try {
      input = LineInputs.input(line);
    } catch (InputException e) {
      throw e.in(where);
    }
    String prediction = line.settings().get("prediction") instanceof String text ? text : null;
    return new EvaluationExample(where, input, line.generation(), targets, prediction);
  }
}
