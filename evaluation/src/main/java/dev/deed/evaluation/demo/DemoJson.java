package dev.deed.evaluation.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Generation;
import dev.deed.evaluation.Spread;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.value.Timing;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The demonstration as JSON: shares and reductions are fractions, times milliseconds. */
final class DemoJson {
  private DemoJson() {}

  /**
   * Samples of all models; the figures at the top are those of the first one.
   *
   * @param reports at least one
   */
  static ObjectNode of(List<DemoReport> reports) {
    DemoReport first = reports.getFirst();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", first.model().toString());
    json.put("layers", first.layers());
    json.put("repeats", first.repeats());
    ArrayNode samples = json.putArray("samples");
    reports.forEach(report -> report.rows().forEach(row -> samples.add(sample(report, row))));
    putFigures(json, first, first.shown());
    Spread spread = first.spread();
    if (Double.isNaN(spread.share())) {
      json.putNull("spread");
    } else {
      json.put("spread", spread.share());
    }
    ArrayNode models = json.putArray("models");
    for (DemoReport report : reports) {
      ObjectNode model = models.addObject();
      model.put("model", report.model().toString());
      model.put("layers", report.layers());
      ObjectNode decodings = model.putObject("decodings");
      for (Decoding way : report.settings().keySet()) {
        ObjectNode decoding = decodings.putObject(way.name().toLowerCase(Locale.ROOT));
        decoding.put("policy", String.valueOf(report.settings().get(way)));
        putFigures(decoding, report, way);
        decoding.put("equal_to_full", report.equal(way));
      }
    }
    return json;
  }

  private static ObjectNode sample(DemoReport report, DemoRow row) {
    ObjectNode sample = JsonNodeFactory.instance.objectNode();
    Answer answer = row.answer();
    Generation generation = answer.generation();
    sample.put("model", report.model().toString());
    sample.put("id", answer.line().name());
    Path image = answer.line().image();
    sample.put("image", image == null ? null : image.toString());
    sample.put("prompt", answer.line().prompt());
    sample.put("text", generation.text());
    generation.tokenIds().forEach(sample.putArray("token_ids")::add);
    generation.exitLayers().forEach(sample.putArray("exit_layers")::add);
    if (generation.lossless()) {
      sample.put("drafted", generation.drafted());
      sample.put("accepted", generation.accepted());
    }
    sample.put("equal_to_full", row.runs(report.shown()).equalToFull());
    put(sample.putObject("full"), row.runs(Decoding.FULL).median());
    put(sample.putObject("deed"), row.runs(report.shown()).median());
    Runs lossless = row.runs().get(Decoding.LOSSLESS);
    if (lossless != null) {
      ObjectNode verified = sample.putObject("lossless");
      put(verified, lossless.median());
      verified.put("equal_to_full", lossless.equalToFull());
    }
    return sample;
  }

  private static void putFigures(ObjectNode json, DemoReport report, Decoding way) {
    json.put("mean_exit_layer", report.meanExitLayer(way));
    json.put("layers_run_share", report.layersRunShare(way));
    json.put("layer_passes_share", report.layerPassesShare(way));
    ObjectNode interval = json.objectNode();
    ObjectNode told = json.objectNode();
    put("decode_reduction", report.decodeReduction(way), json, interval, told);
    put("total_reduction", report.totalReduction(way), json, interval, told);
    json.set("interval", interval);
    json.set("told_apart", told);
  }

  private static void put(
      String name, Reduction reduction, ObjectNode json, ObjectNode interval, ObjectNode told) {
    json.put(name, reduction.share().value());
    interval.putArray(name).add(reduction.share().low()).add(reduction.share().high());
    told.put(name, reduction.told());
  }

  private static void put(ObjectNode json, Timing timing) {
    json.put("preprocess_ms", timing.preprocessMillis());
    json.put("encode_ms", timing.encodeMillis());
    json.put("decode_ms", timing.decodeMillis());
    json.put("total_ms", timing.totalMillis());
  }
}
