package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.convert.CheckpointConverter.Progress;
import dev.deed.checkpoint.convert.CheckpointConverter.Summary;
import dev.deed.cli.output.OutputOptions;
import dev.deed.cli.output.ProgressLine;
import dev.deed.data.generate.GenerationJson;
import java.nio.file.Path;
import java.util.function.Function;

/** What {@code deed convert} shows of a model's folder that it writes. */
final class WrittenModel {
  /** The size of a shard that Transformers 4 chose. */
  static final long SHARD_BYTES = 5_000_000_000L;

  private static final int MEGABYTE = 1_000_000;

  private WrittenModel() {}

  /** Has a folder written, tells how far it is, and prints what was written. */
  static void write(Path target, OutputOptions common, Function<Progress, Summary> writing) {
    Summary summary;
    try (ProgressLine progress = ProgressLine.of(common, "MB", -1)) {
      summary = writing.apply((bytes, total) -> progress.to(bytes / MEGABYTE, total / MEGABYTE));
    }
    if (common.json) {
      System.out.println(json(target, summary));
    } else {
      System.out.printf(
          "%s: %d tensors, %d MB in %s%n",
          target,
          summary.tensors(),
          summary.bytes() / MEGABYTE,
          String.join(", ", summary.files()));
      summary
          .tied()
          .forEach((name, kept) -> System.out.printf("%s is %s again: left out%n", name, kept));
    }
  }

  private static ObjectNode json(Path target, Summary summary) {
    ObjectNode json = GenerationJson.object();
    json.put("out", target.toString());
    json.put("tensors", summary.tensors()).put("bytes", summary.bytes());
    summary.files().forEach(json.putArray("files")::add);
    summary.copied().forEach(json.putArray("copied")::add);
    summary.leftOut().forEach(json.putArray("left_out")::add);
    summary.tied().forEach(json.putObject("tied")::put);
    return json;
  }
}
