package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.Token;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.Exit;
import dev.deed.value.InputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The output format. */
public final class GenerationJson {
  /** Fields that some results have and others lack. */
  private static final Set<String> OWN =
      Set.of(
          ("error log_probs sequences drafted accepted forced narrow_layers_run layers_possible"
                  + " consulted dropped receipt warning")
              .split(" "));

  private GenerationJson() {}

  /** A line's result: its id, what was generated or why not, and what it carried. */
  public static void write(LineResult result, boolean trace, ObjectNode out) {
    out.set("id", result.line().id());
    result.write(trace, out);
    if (result.line() instanceof InputLine good) {
      // A field that tells of a result is not a line's to give.
      Map<String, JsonNode> carried = new LinkedHashMap<>(good.carried());
      carried.keySet().removeAll(OWN);
      carried.keySet().removeAll(result.taken());
      carried.forEach(out::putIfAbsent);
    }
  }

  public static void write(Generation generation, boolean trace, ObjectNode out) {
    out.put("text", generation.text());
    generation.tokenIds().forEach(out.putArray("token_ids")::add);
    out.put("finish", generation.finish().name().toLowerCase(Locale.ROOT));
    generation.exitLayers().forEach(out.putArray("exit_layers")::add);
    generation.confidences().forEach(out.putArray("confidences")::add);
    if (generation.hasLogProbabilities()) {
      ArrayNode logProbabilities = out.putArray("log_probs");
      generation.logProbabilities().forEach(value -> logProbabilities.add(finite(value)));
    }
    out.put("layers_run", generation.layersRun()).put("layer_passes", generation.layerPasses());
    out.put("head_lookups", generation.headLookups());
    if (generation.forced() > 0) {
      out.put("forced", generation.forced());
    }
    InputException shortfall = generation.shortfall();
    if (shortfall != null) {
      out.put("warning", shortfall.getMessage());
    }
    if (generation.lossless()) {
      write(generation.effort(), Objects.requireNonNull(generation.drafts()), out);
    }
    if (trace) {
      out.put("layers_possible", generation.layersPossible());
      ArrayNode consulted = out.putArray("consulted");
      for (Token token : generation.tokens()) {
        token.consulted().forEach(consulted.addArray()::add);
      }
    }
    if (trace && generation.lossless()) {
      ArrayNode dropped = out.putArray("dropped");
      generation.dropped().forEach(positions -> write(positions, dropped.addArray()));
    }
    if (generation.ranked()) {
      ArrayNode sequences = out.putArray("sequences");
      boolean scored = generation.hasLogProbabilities();
      generation.sequences().forEach(sequence -> write(sequence, scored, sequences.addObject()));
    }
    out.putObject("timing")
        .put("preprocess_ms", generation.timing().preprocessMillis())
        .put("encode_ms", generation.timing().encodeMillis())
        .put("decode_ms", generation.timing().decodeMillis())
        .put("total_ms", generation.timing().totalMillis());
  }

  /** Writes a box in whole pixels. */
  static void write(ArrayNode box, double... edges) {
    for (double edge : edges) {
      box.add(Math.round(edge));
    }
  }

  /** What became of drafts, and how many of the layers that ran were those of narrow drafts. */
  public static void write(Effort effort, Drafts drafts, ObjectNode out) {
    out.put("drafted", drafts.drafted())
        .put("accepted", drafts.accepted())
        .put("narrow_layers_run", effort.narrowLayersRun());
  }

  private static void write(List<Exit> positions, ArrayNode out) {
    for (Exit position : positions) {
      ObjectNode node = out.addObject().put("layer", position.layer());
      position.consulted().forEach(node.putArray("consulted")::add);
    }
  }

  private static void write(GeneratedSequence sequence, boolean scored, ObjectNode out) {
    out.put("text", sequence.text());
    sequence.tokenIds().forEach(out.putArray("token_ids")::add);
    if (scored) {
      out.put("score", finite(sequence.score()));
    }
    out.put("finish", sequence.finish().name().toLowerCase(Locale.ROOT));
    sequence.exitLayers().forEach(out.putArray("exit_layers")::add);
  }

  /** JSON has no NaN, which the model may have computed where remove_invalid_values is set. */
  public static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
