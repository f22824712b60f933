package dev.deed.evaluation.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.InputLine;
import dev.deed.evaluation.EvaluationJson;
import dev.deed.evaluation.cost.Observation;
import dev.deed.value.Timing;
import java.util.List;
import java.util.Locale;

/** The demonstration as JSON: shares and reductions are fractions, times milliseconds. */
final class DemoJson {
  private DemoJson() {}

  /** Samples of all models, at least one; the figures at the top are those of the first one. */
  static ObjectNode of(List<DemoReport> reports) {
    DemoReport first = reports.getFirst();
    ObjectNode json = EvaluationJson.row(first.way(Decoding.EARLY).row());
    json.put("layers", first.layers()).put("repeats", first.rounds());
    ArrayNode samples = json.putArray("samples");
    ArrayNode models = json.putArray("models");
    for (DemoReport report : reports) {
      for (int i = 0; i < report.samples().size(); i++) {
        samples.add(sample(report, i));
      }
      ObjectNode model = models.addObject();
      model.put("model", report.model().toString()).put("layers", report.layers());
      ObjectNode decodings = model.putObject("decodings");
      report
          .ways()
          .forEach(
              (decoding, way) ->
                  decodings.set(
                      decoding.name().toLowerCase(Locale.ROOT),
                      EvaluationJson.row(way.row()).put("equal_to_full", report.equal(decoding))));
    }
    return json;
  }

  private static ObjectNode sample(DemoReport report, int i) {
    ObjectNode sample = JsonNodeFactory.instance.objectNode();
    InputLine line = report.samples().get(i);
    Observation answer = report.answer(Decoding.EARLY, i);
    sample.put("model", report.model().toString()).put("id", line.name());
    sample.put("image", line.image() == null ? null : line.image().toString());
    sample.put("prompt", line.prompt()).put("text", answer.text());
    answer.tokenIds().forEach(sample.putArray("token_ids")::add);
    answer.exitLayers().forEach(sample.putArray("exit_layers")::add);
    sample.put("equal_to_full", report.isEqual(Decoding.EARLY, i));
    put(sample.putObject("full"), report.answer(Decoding.FULL, i).timing());
    put(sample.putObject("deed"), answer.timing());
    if (report.ways().containsKey(Decoding.LOSSLESS)) {
      ObjectNode verified = sample.putObject("lossless");
      put(verified, report.answer(Decoding.LOSSLESS, i).timing());
      verified.put("equal_to_full", report.isEqual(Decoding.LOSSLESS, i));
    }
    return sample;
  }

  private static void put(ObjectNode json, Timing timing) {
    json.put("preprocess_ms", timing.preprocessMillis()).put("encode_ms", timing.encodeMillis());
    json.put("decode_ms", timing.decodeMillis()).put("total_ms", timing.totalMillis());
  }
}
