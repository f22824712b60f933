package dev.deed.lab.reproduce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.lab.reproduce.Experiment.Step;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the cards of the models in {@code models/} state, and how it is measured again: the file
 * {@code shipped.json} beside the experiments, with the same names of folders in its commands.
 *
 * @param preparations of data, in this order
 * @param measurements of the models
 */
record ShippedModels(List<Step> preparations, List<Measurement> measurements) {
  ShippedModels {
    preparations = List.copyOf(preparations);
    measurements = List.copyOf(measurements);
  }

  /**
   * An evaluation and what it is to give.
   *
   * @param step of {@code eval}, without {@code --out}; it makes the folder of its figures
   * @param data what it is measured on, for the reader
   * @param stated figures
   */
  record Measurement(Step step, String data, List<Stated> stated) {
    Measurement {
      stated = List.copyOf(stated);
    }
  }

  /**
   * A figure of a card.
   *
   * @param policy as the command spells it
   * @param metric as it is called in {@code evaluation.json}
   * @param points 0..100
   */
  record Stated(String policy, String metric, double points) {}

  /** Those of this version. */
  static ShippedModels read() {
    try (InputStream in = ShippedModels.class.getResourceAsStream("shipped.json")) {
      return of(new ObjectMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ShippedModels of(JsonNode json) {
    List<Measurement> measurements = new ArrayList<>();
    for (JsonNode node : json.path("measure")) {
      List<Stated> stated = new ArrayList<>();
      for (Map.Entry<String, JsonNode> policy : node.path("stated").properties()) {
        for (Map.Entry<String, JsonNode> metric : policy.getValue().properties()) {
          double points = metric.getValue().asDouble();
          stated.add(new Stated(policy.getKey(), metric.getKey(), points));
        }
      }
      Step step = new Step(node.path("name").asText(), Experiment.texts(node.path("command")));
      measurements.add(new Measurement(step, node.path("data").asText(), stated));
    }
    return new ShippedModels(Experiment.steps(json.path("prepare")), measurements);
  }
}
