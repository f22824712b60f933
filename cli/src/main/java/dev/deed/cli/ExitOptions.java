package dev.deed.cli;

import dev.deed.GenerationOptions;
import dev.deed.checkpoint.InputException;
import dev.deed.decode.Confidence;
import dev.deed.decode.ExitPolicy;
import dev.deed.decode.History;
import dev.deed.tasks.data.ExitSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Exit options of the command line, overridden line by line by the input's own. */
final class ExitOptions {
  private static final double DEFAULT_THRESHOLD = 0.9;

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      description =
          "full, static, max_prob, margin, entropy, similarity or gate (default: the model's own).")
  @Nullable String policy;

  @Option(
      names = "--threshold",
      paramLabel = "X",
      description =
          "Exit at this confidence; above 1 never, below -1 always (default: 0.9; needs --policy).")
  @Nullable Double threshold;

  @Option(
      names = "--min-layer",
      paramLabel = "N",
      description = "Pass by exits below layer N (default: 1).")
  int minLayer = 1;

  @Option(
      names = "--exit-layers",
      paramLabel = "N",
      split = ",",
      description = "Layers that may emit, such as 2,4,6 (default: all exits of the model).")
  @Nullable List<Integer> exitLayers;

  @Option(names = "--exit-at", paramLabel = "N", description = "The layer of the policy static.")
  @Nullable Integer exitAt;

  @Option(
      names = "--history",
      paramLabel = "NAME",
      description = "jit, or copy: CALM's state copying, a baseline (default: jit).")
  String history = "jit";

  GenerationOptions apply(GenerationOptions options, @Nullable ExitSettings ofLine) {
    ExitSettings line =
        ofLine == null ? new ExitSettings(null, null, null, null, null, null) : ofLine;
    String name = line.confidence() == null ? policy : line.confidence();
    Double given = line.threshold() == null ? threshold : line.threshold();
    if (name == null && given != null) {
      throw new InputException(
          "threshold " + given, "has no policy", "name the confidence too, such as max_prob");
    }
    double at = given == null ? DEFAULT_THRESHOLD : given;
    Integer layer = line.exitAt() == null ? exitAt : line.exitAt();
    return options
        .withPolicy(name == null ? null : policy(name, at, layer))
        .withExitLayers(line.layers() == null ? exitLayers : line.layers())
        .withMinLayer(line.minLayer() == null ? minLayer : line.minLayer())
        .withHistory(history(line.history() == null ? history : line.history()));
  }

  private static ExitPolicy policy(String name, double threshold, @Nullable Integer exitAt) {
    switch (name) {
      case "full" -> {
        return ExitPolicy.full();
      }
      case "static" -> {
        if (exitAt == null) {
          throw new InputException(
              "policy static", "has no layer", "give --exit-at N (exit_at in a line)");
        }
        return ExitPolicy.atLayer(exitAt);
      }
      default -> {
        Confidence confidence = Confidence.named(name);
        if (confidence == null) {
          throw new InputException(
              "policy \"" + name + "\"",
              "is unknown",
              "use full, static, max_prob, margin, entropy, similarity or gate");
        }
        return new ExitPolicy.Threshold(confidence, threshold);
      }
    }
  }

  private static History history(String name) {
    return switch (name) {
      case "jit" -> History.JIT;
      case "copy" -> History.COPY;
      default ->
          throw new InputException("history \"" + name + "\"", "is unknown", "use jit or copy");
    };
  }
}
