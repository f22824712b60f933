package dev.deed.lab.speed;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.evaluation.Provenance;
import dev.deed.lab.speed.Measurement.Run;
import java.util.Collections;
import java.util.List;

/** What a bench found, as JSON. Times are milliseconds, shares 0…1; what is not known is null. */
public final class BenchJson {
  private BenchJson() {}

  /** The whole report. */
  public static ObjectNode of(BenchReport report) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    Provenance provenance = report.provenance();
    json.put("command", provenance.command());
    json.put("commit", provenance.commit());
    json.put("date", provenance.date().toString());
    json.put("repeats", provenance.repeats());
    ObjectNode machine = json.putObject("machine").put("description", provenance.machine());
    ArrayNode limits = machine.putArray("limits");
    for (MachineLimits limit : report.findings().limits()) {
      ObjectNode node = limits.addObject().put("threads", limit.threads());
      put(node, "read_gb_per_s", limit.readGigabytes());
      limit
          .gigaflops()
          .forEach((precision, value) -> put(node, precision.label() + "_gflop_per_s", value));
    }
    ArrayNode rows = json.putArray("rows");
    report.findings().rows().forEach(row -> rows.add(row(row)));
    ArrayNode pairs = json.putArray("pairs");
    report.findings().pairs().forEach(pair -> pairs.add(pair(pair)));
    ArrayNode peers = json.putArray("peers");
    report.findings().peers().forEach(pair -> peers.add(pair(pair)));
    ArrayNode behind = json.putArray("behind");
    report
        .findings()
        .behind()
        .forEach(one -> behind.add(place(one.pair().row()).put("figure", one.figure())));
    ArrayNode parts = json.putArray("parts");
    report.findings().parts().forEach(model -> parts.add(parts(model)));
    return json;
  }

  private static ObjectNode row(BenchRow row) {
    ObjectNode json = place(row);
    if (row.failure() != null) {
      return json.put("error", row.failure());
    }
    put(json, "encoder_ms", row.median(Measurement::encoderMillis));
    put(json, "first_token_ms", row.time(Run::firstTokenMillis));
    put(json, "decode_ms_per_token", row.time(Run::tokenMillis));
    put(json, "first_token_processor_ms", row.time(Run::firstTokenProcessorMillis));
    put(json, "decode_processor_ms_per_token", row.time(Run::tokenProcessorMillis));
    put(json, "compiling", row.compiling());
    put(json, "tokens_per_s", row.tokensPerSecond());
    put(json, "ideal_ratio", row.idealRatio());
    put(json, "peak_rss_mib", row.highest(Measurement::peakMebibytes));
    json.put("same_ids", row.sameIds());
    ObjectNode range = json.putObject("range");
    range(range, "first_token_ms", row.runs(Run::firstTokenMillis));
    range(range, "decode_ms_per_token", row.runs(Run::tokenMillis));
    put(json, "spread", row.spread().share());
    ArrayNode ids = json.putArray("token_ids");
    row.rounds().getFirst().tokenIds().forEach(ids::add);
    return json;
  }

  /** Times of a row by those of the other: median of the pairs, and its interval. */
  private static ObjectNode pair(BenchPair pair) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("row", place(pair.row()));
    json.set("first", place(pair.first()));
    ObjectNode ratios = json.putObject("ratio");
    pair.less()
        .forEach(
            (name, less) -> {
              ArrayNode interval = ratios.putArray(name);
              for (double share :
                  List.of(less.share().value(), less.share().high(), less.share().low())) {
                interval.add(
                    Double.isFinite(share) ? DoubleNode.valueOf(1 - share) : NullNode.instance);
              }
            });
    return json;
  }

  private static ObjectNode place(BenchRow row) {
    return conditions(row.conditions())
        .put("engine", row.engine())
        .put("batch", row.conditions().batch())
        .put("source_length", row.sourceLength())
        .put("new_tokens", row.conditions().newTokens());
  }

  private static ObjectNode parts(ModelParts model) {
    ObjectNode json = conditions(model.conditions());
    ArrayNode depths = json.putArray("decode_ms_per_token_by_depth");
    model.byDepth().forEach(depths::add);
    ArrayNode parts = json.putArray("parts");
    for (Part part : model.parts()) {
      ObjectNode node = parts.addObject().put("part", part.name());
      put(node, "ms", part.time().value());
      range(node, "interval_ms", List.of(part.time().low(), part.time().high()));
      put(node, "gb_per_s", part.gigabytes());
      put(node, "read_share", part.readShare());
      put(node, "gflop_per_s", part.gigaflops());
      put(node, "arithmetic_share", part.arithmeticShare());
      node.put("bound", part.bound());
    }
    return json;
  }

  private static ObjectNode conditions(BenchCase conditions) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("model", conditions.name())
        .put("precision", conditions.precision().label())
        .put("screening", conditions.screening().label())
        .put("head_tokens", conditions.headTokens())
        .put("threads", conditions.threads());
  }

  private static void range(ObjectNode json, String name, List<Double> times) {
    json.putArray(name).add(Collections.min(times)).add(Collections.max(times));
  }

  private static void put(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.putNull(name);
    }
  }
}
