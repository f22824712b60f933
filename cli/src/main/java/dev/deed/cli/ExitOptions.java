package dev.deed.cli;

import dev.deed.ExitSettings;
import dev.deed.model.spec.ExitSpec;
import dev.deed.value.ExitHistory;
import dev.deed.value.InputException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Exit options of the command line, overridden line by line by the input's own. */
final class ExitOptions {
  @Option(
      names = "--policy",
      paramLabel = "NAME",
      description =
          "full, static, max_prob, margin, entropy, similarity or gate (default: the model's own), or"
              + " a whole setting as eval --policies takes it, such as max_prob:0.9@shortlist=8.")
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
  @Nullable Integer minLayer;

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
  @Nullable String history;

  @Option(
      names = "--lossless",
      negatable = true,
      description =
          "Verify tokens that leave early, so that the answer is that of full depth, bit for bit;"
              + " not with beams or --history copy (default: the model's own, else not).")
  @Nullable Boolean lossless;

  @Option(
      names = "--draft-tokens",
      paramLabel = "N",
      description =
          "With --lossless: most tokens that wait for a verification, 1 to "
              + ExitSpec.MOST_DRAFTS
              + " (default: as many as pay).")
  @Nullable Integer draftTokens;

  @Option(
      names = "--draft-ngrams",
      paramLabel = "N",
      description =
          "With --lossless: where the last N tokens, 1 to "
              + ExitSpec.MOST_NGRAM
              + ", occur in the encoder's input, draft what follows them there (default: 0, off).")
  @Nullable Integer draftNgrams;

  /**
   * What these options say.
   *
   * @throws InputException when one is out of range
   */
  ExitSettings settings() {
    ExitSettings stated = policy == null ? ExitSettings.own() : ExitSettings.parse(policy);
    return stated.overriddenBy(
        ExitSettings.own()
            .withThreshold(threshold)
            .withMinLayer(minLayer)
            .withLayers(exitLayers)
            .withExitAt(exitAt)
            .withHistory(history == null ? null : history(history))
            .withLossless(lossless)
            .withDraftTokens(draftTokens)
            .withDraftNgrams(draftNgrams));
  }

  private static ExitHistory history(String name) {
    return switch (name) {
      case "jit" -> ExitHistory.JIT;
      case "copy" -> ExitHistory.COPY;
      default ->
          throw new InputException("history \"" + name + "\"", "is unknown", "use jit or copy");
    };
  }
}
