package dev.deed.evaluation;

import dev.deed.evaluation.cost.DecodeTimes;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.value.ExitSettings;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation found of one model under one policy. Sums are over all examples; docs:
 * evaluation.md.
 *
 * @param model name of the model
 * @param policy the exit settings
 * @param resolved of {@code default}: what the model states; else null
 * @param sameAs label of the policy of this model with which it was measured in one run, since both
 *     come to the same; null where the run is its own
 * @param metrics by name, in the order asked for
 * @param meanExitLayer over all emitted tokens
 * @param layersRunShare decoder-layer × position evaluations by those of full depth for the same
 *     tokens
 * @param layerPassesShare walks through a layer's weights by those of full depth for the same
 *     tokens
 * @param headLookupsPerToken logits computed for each emitted token
 * @param preprocessMillis mean per example
 * @param encodeMillis mean per example
 * @param decodeMillis mean per example
 * @param totalMillis mean per example, the sum of the three
 * @param decodeReduction 1 − decode time by that of the first model's full depth
 * @param totalReduction 1 − total time by that of the first model's full depth
 * @param agreement share of examples whose tokens equal the same model's full depth
 * @param drafts what became of drafts; null where tokens that left early were not verified
 * @param exits where tokens were emitted
 * @param decode what decoding took batch by batch, for comparing with other rows
 * @param byLength the same figures by length of the answer
 */
public record EvaluationRow(
    String model,
    EvaluationPolicy policy,
    @Nullable ExitSettings resolved,
    @Nullable String sameAs,
    Map<String, Estimate> metrics,
    Estimate meanExitLayer,
    Estimate layersRunShare,
    Estimate layerPassesShare,
    Estimate headLookupsPerToken,
    Estimate preprocessMillis,
    Estimate encodeMillis,
    Estimate decodeMillis,
    Estimate totalMillis,
    Reduction decodeReduction,
    Reduction totalReduction,
    Estimate agreement,
    @Nullable DraftFigures drafts,
    ExitProfile exits,
    DecodeTimes decode,
    List<LengthGroup> byLength) {
  /** Hands every figure but the metrics to {@code target} under its name in JSON. */
  void forEachFigure(BiConsumer<String, Estimate> target) {
    target.accept("mean_exit_layer", meanExitLayer);
    target.accept("layers_run_share", layersRunShare);
    target.accept("layer_passes_share", layerPassesShare);
    target.accept("head_lookups_per_token", headLookupsPerToken);
    target.accept("preprocess_ms", preprocessMillis);
    target.accept("encode_ms", encodeMillis);
    target.accept("decode_ms", decodeMillis);
    target.accept("total_ms", totalMillis);
    target.accept("decode_reduction", decodeReduction.share());
    target.accept("total_reduction", totalReduction.share());
    target.accept("agreement", agreement);
  }
}
