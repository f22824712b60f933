package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.PolicyChoice;
import dev.deed.data.generate.LineOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Exit options of the command line, overridden line by line by the input's own. */
final class ExitOptions {
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
          "Exit at this confidence; above 1 never, below -1 always (default: the model's own for"
              + " its own confidence, else 0.9).")
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

  /** These options with keys of {@code generation_config.json}. */
  LineOptions with(ObjectNode generation) {
    return new LineOptions(
        new PolicyChoice(policy, threshold, exitAt),
        exitLayers,
        minLayer,
        LineOptions.history(history),
        generation);
  }
}
