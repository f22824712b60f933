package dev.deed.lab.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.cli.output.OutputOptions;
import dev.deed.lab.charts.Charts;
import dev.deed.lab.datasets.JsonLinesWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed charts}: pictures of what other commands measured. */
@Command(
    name = "charts",
    description = {
      "Draws what eval, bench and train wrote: of NAME.json or NAME.jsonl NAME.png; of",
      "an evaluation with dynamic policies NAME-exits.png too."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: deed charts report/evaluation.json my-model/training/log.jsonl"})
final class ChartsCommand implements Callable<Integer> {
  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "evaluation.json, bench.json, training/log.jsonl.")
  List<Path> files = List.of();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Folder of the charts (default: beside each file).")
  @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    List<Path> charts = new ArrayList<>();
    for (Path file : files) {
      Path folder = out == null ? file.toAbsolutePath().resolveSibling("") : out;
      charts.addAll(Charts.draw(file, folder));
    }
    if (common.json) {
      ObjectNode json = JsonLinesWriter.object();
      ArrayNode names = json.putArray("charts");
      charts.forEach(chart -> names.add(chart.toString()));
      System.out.println(json);
    } else {
      charts.forEach(System.out::println);
    }
    return 0;
  }
}
