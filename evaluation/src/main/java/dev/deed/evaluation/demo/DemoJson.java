package dev.deed.evaluation.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Generation;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.evaluation.Spread;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.value.Timing;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The demonstration as JSON: shares and reductions are fractions, times milliseconds. */
final class DemoJson {
  private DemoJson() {}

  /** Samples of all models, at least one; the figures at the top are those of the first one. */
  static ObjectNode of(List<DemoReport> reports) {
    DemoReport first = reports.getFirst();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", first.model().toString()).put("layers", first.layers());
    json.put("repeats", first.rounds());
    ArrayNode samples = json.putArray("samples");
    for (DemoReport report : reports) {
      for (int i = 0; i < report.answers().size(); i++) {
        samples.add(sample(report, i));
      }
    }
    putFigures(json, first, first.shown());
    Spread spread = Spread.of(first.totals());
    if (Double.isNaN(spread.share())) {
      json.putNull("spread");
    } else {
      json.put("spread", spread.share());
    }
    ArrayNode models = json.putArray("models");
    for (DemoReport report : reports) {
      ObjectNode model = models.addObject();
      model.put("model", report.model().toString()).put("layers", report.layers());
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

  private static ObjectNode sample(DemoReport report, int i) {
    ObjectNode sample = JsonNodeFactory.instance.objectNode();
    Answer answer = report.answers().get(i);
    Generation generation = answer.generation();
    sample.put("model", report.model().toString()).put("id", answer.line().name());
    Path image = answer.line().image();
    sample.put("image", image == null ? null : image.toString());
    sample.put("prompt", answer.line().prompt()).put("text", generation.text());
    generation.tokenIds().forEach(sample.putArray("token_ids")::add);
    generation.exitLayers().forEach(sample.putArray("exit_layers")::add);
    if (generation.lossless()) {
      sample.put("drafted", generation.drafted()).put("accepted", generation.accepted());
    }
    sample.put("equal_to_full", report.isEqual(report.shown(), i));
    put(sample.putObject("full"), report.timing(Decoding.FULL, i));
    put(sample.putObject("deed"), report.timing(report.shown(), i));
    if (report.settings().containsKey(Decoding.LOSSLESS)) {
      ObjectNode verified = sample.putObject("lossless");
      put(verified, report.timing(Decoding.LOSSLESS, i));
      verified.put("equal_to_full", report.isEqual(Decoding.LOSSLESS, i));
    }
    return sample;
  }

  private static void putFigures(ObjectNode json, DemoReport report, Decoding way) {
    for (Figure figure :
        List.of(Figure.MEAN_EXIT_LAYER, Figure.LAYERS_RUN_SHARE, Figure.LAYER_PASSES_SHARE)) {
      json.put(figure.key(), report.figure(way, figure));
    }
    ObjectNode interval = json.objectNode();
    ObjectNode told = json.objectNode();
    for (Figure figure : List.of(Figure.DECODE_REDUCTION, Figure.TOTAL_REDUCTION)) {
      Reduction reduction = report.reduction(way, figure);
      json.put(figure.key(), reduction.share().value());
      interval.putArray(figure.key()).add(reduction.share().low()).add(reduction.share().high());
      told.put(figure.key(), reduction.isMeasurable());
    }
    json.set("interval", interval);
    json.set("told_apart", told);
  }

  private static void put(ObjectNode json, Timing timing) {
    json.put("preprocess_ms", timing.preprocessMillis()).put("encode_ms", timing.encodeMillis());
    json.put("decode_ms", timing.decodeMillis()).put("total_ms", timing.totalMillis());
  }
}
