package dev.deed.lab.reproduce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An experiment as a file describes it: steps that make data and models, calibrations, and
 * evaluations. Commands are those of {@code deed}; in their arguments {@code {data}} is the folder
 * of data sets, {@code {work}} the folder of what the experiment makes, {@code {root}} the
 * project's.
 *
 * @param name in options and file names
 * @param heading what its page begins with
 * @param preparations of data, in this order
 * @param trainings one that names the folder of an earlier one waits for it
 * @param calibrations after all trainings, in this order
 * @param evaluations what is measured; at least one, of which the first is the experiment's main
 * @param kept parts of the page that this experiment does not measure
 */
public record Experiment(
    String name,
    Heading heading,
    List<Step> preparations,
    List<Step> trainings,
    List<Step> calibrations,
    List<Evaluation> evaluations,
    List<Kept> kept) {
  /** All experiments, in the order of {@code all}. */
  public static final List<String> NAMES =
      List.of(
          "pix2code",
          "easy-vqa",
          "im2latex",
          "sroie",
          "lines",
          "text-lines",
          "formulas",
          "values",
          "receipts",
          "multi30k",
          "three-tasks",
          "four-tasks",
          "referring",
          "captions",
          "sizes");

  public Experiment {
    preparations = List.copyOf(preparations);
    trainings = List.copyOf(trainings);
    calibrations = List.copyOf(calibrations);
    evaluations = List.copyOf(evaluations);
    kept = List.copyOf(kept);
  }

  /**
   * What a page begins with.
   *
   * @param title of the page
   * @param about paragraphs in Markdown
   */
  public record Heading(String title, List<String> about) {
    public Heading {
      about = List.copyOf(about);
    }
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

    /** Whether an argument is the folder that another step makes, or a file in it. */
    boolean uses(Step other) {
      String folder = "{work}/" + other.makes;
      return command.stream()
          .anyMatch(argument -> argument.equals(folder) || argument.startsWith(folder + "/"));
    }
  }

  /**
   * A measurement and its part of the page.
   *
   * @param name of its files behind the experiment's name; empty for the main one
   * @param title above its part
   * @param command arguments of {@code deed}
   */
  public record Evaluation(String name, String title, List<String> command) {
    public Evaluation {
      command = List.copyOf(command);
    }

    /** What its files are called. */
    String files(Experiment experiment) {
      return name.isEmpty() ? experiment.name : experiment.name + "-" + name;
    }
  }

  /**
   * A part of the page that was measured otherwise. Its figures and its text stay in the archive of
   * raw figures when the page is written anew.
   *
   * @param name of its files
   * @param title above its part
   */
  public record Kept(String name, String title) {
    String json() {
      return name + ".json";
    }

    String markdown() {
      return name + ".md";
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
          new Heading(json.path("title").asText(), texts(json.path("about"))),
          steps(json.path("prepare")),
          steps(json.path("train")),
          steps(json.path("calibrate")),
          evaluations(json.path("evaluate")),
          kept(json.path("keep")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Step> steps(JsonNode object) {
    List<Step> steps = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      steps.add(new Step(entry.getKey(), texts(entry.getValue())));
    }
    return steps;
  }

  private static List<Evaluation> evaluations(JsonNode array) {
    List<Evaluation> evaluations = new ArrayList<>();
    array.forEach(
        node ->
            evaluations.add(
                new Evaluation(
                    node.path("name").asText(),
                    node.path("title").asText(),
                    texts(node.path("command")))));
    return evaluations;
  }

  private static List<Kept> kept(JsonNode array) {
    List<Kept> kept = new ArrayList<>();
    array.forEach(
        node -> kept.add(new Kept(node.path("name").asText(), node.path("title").asText())));
    return kept;
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }
}
