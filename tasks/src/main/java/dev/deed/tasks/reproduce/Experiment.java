package dev.deed.tasks.reproduce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An experiment as a file describes it: steps that make data and models, calibrations, and one
 * evaluation. Commands are those of {@code deed}; in their arguments {@code {data}} is the folder
 * of data sets, {@code {work}} the folder of what the experiment makes, {@code {root}} the
 * project's.
 *
 * @param name in options and file names
 * @param title of its page
 * @param about paragraphs in Markdown
 * @param preparations of data, in this order
 * @param trainings independent of each other
 * @param calibrations after all trainings, in this order
 * @param evaluation what is measured
 */
public record Experiment(
    String name,
    String title,
    List<String> about,
    List<Step> preparations,
    List<Step> trainings,
    List<Step> calibrations,
    List<String> evaluation) {
  /** All experiments, in the order of {@code all}. */
  public static final List<String> NAMES = List.of("multi30k");

  public Experiment {
    about = List.copyOf(about);
    preparations = List.copyOf(preparations);
    trainings = List.copyOf(trainings);
    calibrations = List.copyOf(calibrations);
    evaluation = List.copyOf(evaluation);
  }

  /**
   * A command that makes something.
   *
   * @param makes name of the folder in {@code {work}}, and of the step
   * @param command arguments of {@code deed}
   */
  public record Step(String makes, List<String> command) {
    public Step {
      command = List.copyOf(command);
    }
  }

  /**
   * The experiment of a name.
   *
   * @throws InputException when there is none
   */
  public static Experiment named(String name) {
    if (!NAMES.contains(name)) {
      throw new InputException(
          "experiment " + name, "there is none", "give all, or some of " + NAMES);
    }
    try (InputStream in = Experiment.class.getResourceAsStream(name + ".json")) {
      JsonNode json = new ObjectMapper().readTree(in);
      return new Experiment(
          name,
          json.path("title").asText(),
          texts(json.path("about")),
          steps(json.path("prepare")),
          steps(json.path("train")),
          steps(json.path("calibrate")),
          texts(json.path("evaluate")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Step> steps(JsonNode object) {
    List<Step> steps = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      steps.add(new Step(entry.getKey(), texts(entry.getValue())));
    }
    return steps;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }
}
