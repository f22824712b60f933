package dev.deed.lab.charts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Draws what {@code deed eval}, {@code bench} and {@code train} wrote. */
public final class Charts {
  private Charts() {}

  /**
   * Draws the charts of a file as PNG: of NAME.json or NAME.jsonl NAME.png and, where dynamic
   * policies were evaluated, NAME-exits.png.
   *
   * @param file an evaluation, a bench, or the log of a training
   * @param folder where the charts go
   * @return what was written
   * @throws InputException when the file is none of these, or the system has no fonts
   * @throws IOException when a chart cannot be written
   */
  public static List<Path> draw(Path file, Path folder) throws IOException {
    Picture.requireFonts();
    List<JsonNode> values = read(file);
    JsonNode first = values.isEmpty() ? new ObjectMapper().createObjectNode() : values.getFirst();
    String name = file.getFileName().toString().replaceFirst("\\.jsonl?$", "");
    Path chart = folder.resolve(name + ".png");
    List<Path> written = new ArrayList<>(List.of(chart));
    if (first.has("parts")) {
      BenchChart.read(first).write(chart);
    } else if (first.has("rows")) {
      EvaluationCharts charts = EvaluationCharts.read(first);
      new EvaluationPlot(charts).write(chart);
      ExitPlot exits = ExitPlot.of(charts);
      if (!exits.isEmpty()) {
        written.add(folder.resolve(name + "-exits.png"));
        exits.write(written.getLast());
      }
    } else {
      InputException.require(
          first.has("step"),
          file.toString(),
          "is neither an evaluation nor a bench nor the log of a training",
          "give evaluation.json, bench.json or training/log.jsonl");
      LossPlot.write(values, chart);
    }
    return written;
  }

  private static List<JsonNode> read(Path file) throws IOException {
    InputException.require(
        Files.isRegularFile(file), file.toString(), "is no file", "give one that deed wrote");
    try (MappingIterator<JsonNode> values =
        new ObjectMapper().readerFor(JsonNode.class).readValues(file.toFile())) {
      return values.readAll();
    } catch (JsonProcessingException | RuntimeJsonMappingException e) {
      throw new InputException(file.toString(), "is no JSON", "give one that deed wrote");
    }
  }
}
