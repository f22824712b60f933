package dev.deed.lab.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.cli.InstallFolder;
import dev.deed.cli.OutputOptions;
import dev.deed.files.AtomicFiles;
import dev.deed.lab.datasets.JsonLinesWriter;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed charts}: pictures of what other commands measured, which a Python script draws. */
@Command(
    name = "charts",
    description = {
      "Draws what eval, bench and train wrote: of NAME.json or NAME.jsonl NAME.png; of",
      "an evaluation with dynamic policies NAME-exits.png too."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: deed charts report/evaluation.json my-model/training/log.jsonl"})
final class ChartsCommand implements Callable<Integer> {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** In the project's folder. */
  private static final Path SCRIPT = Path.of("lab/charts/charts.py");

  /** What {@code lab/charts/install} makes there. */
  private static final Path INSTALLED = Path.of(".deed/charts/bin/python");

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

  @Option(
      names = "--python",
      paramLabel = "PROGRAM",
      description =
          "The Python that has Matplotlib (default: that of lab/charts/install, else python3).")
  @Nullable String python;

  @Override
  public Integer call() throws IOException {
    List<Path> charts = new ArrayList<>();
    for (Path file : files) {
      Path folder = out == null ? file.toAbsolutePath().resolveSibling("") : out;
      charts.addAll(draw(file, folder));
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

  /** Draws the charts of one file, each whole or not at all. */
  private List<Path> draw(Path file, Path folder) throws IOException {
    Path drawn = Files.createTempDirectory("deed-charts");
    List<Path> charts = new ArrayList<>();
    try {
      for (JsonNode name : names(file, drawn)) {
        charts.add(folder.resolve(name.asText()));
        AtomicFiles.write(charts.getLast(), out -> Files.copy(drawn.resolve(name.asText()), out));
      }
      return charts;
    } finally {
      try (Stream<Path> left = Files.list(drawn)) {
        for (Path chart : left.toList()) {
          Files.delete(chart);
        }
      }
      Files.delete(drawn);
    }
  }

  /**
   * Has the script draw the charts of a file.
   *
   * @return their names in the folder
   * @throws InputException when the file cannot be drawn, or Python or Matplotlib is missing
   */
  private JsonNode names(Path file, Path folder) throws IOException {
    Path root = Objects.requireNonNullElse(InstallFolder.find(), Path.of(""));
    Path installed = root.resolve(INSTALLED);
    String program =
        python != null ? python : Files.exists(installed) ? installed.toString() : "python3";
    Process process;
    try {
      process =
          new ProcessBuilder(
                  program, root.resolve(SCRIPT).toString(), file.toString(), folder.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new InputException(
          "charts",
          program + " cannot be started",
          "install Python 3 (Debian: apt-get install python3-venv) and run lab/charts/install");
    }
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String last = output.lines().reduce("", (before, line) -> line);
    JsonNode answer = answer(last);
    JsonNode error = answer.path("error");
    if (!error.isEmpty()) {
      throw new InputException(
          error.path(0).asText(), error.path(1).asText(), error.path(2).asText());
    }
    InputException.require(
        answer.has("charts"),
        file.toString(),
        "cannot be drawn by " + program + " (" + last + ")",
        "run lab/charts/install, or give --python PROGRAM that has Matplotlib");
    return answer.path("charts");
  }

  private static JsonNode answer(String line) {
    try {
      return line.startsWith("{") ? MAPPER.readTree(line) : MAPPER.createObjectNode();
    } catch (JsonProcessingException e) {
      return MAPPER.createObjectNode();
    }
  }
}
