package dev.deed.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code log.jsonl}: a line for every step and one for every look at the validation examples.
 * Belongs to one thread.
 */
record TrainingLog(BufferedWriter out) implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Opens the log; lines of steps after {@code lastStep}, which will be made again, go. */
  static TrainingLog open(Path file, long lastStep) throws IOException {
    StringBuilder kept = new StringBuilder();
    for (JsonNode line : read(file)) {
      if (line.path("step").asLong() <= lastStep) {
        kept.append(line).append('\n');
      }
    }
    AtomicFiles.writeText(file, kept.toString());
    return new TrainingLog(
        Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
  }

  static List<JsonNode> read(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    if (Files.exists(file)) {
      // No character is refused: a damaged line is one that a kill cut short.
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        try {
          lines.add(MAPPER.readTree(line));
        } catch (JsonProcessingException e) {
          // A line that a kill cut short: its step is made again.
          break;
        }
      }
    }
    return lines;
  }

  void step(TrainingListener.Step step) throws IOException {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("step", step.step()).put("loss", step.loss());
    step.exitLosses().forEach(line.putArray("exit_losses")::add);
    line.put("gradient_norm", step.gradientNorm()).put("learning_rate", step.learningRate());
    line.put("examples_per_second", step.examplesPerSecond());
    write(line);
  }

  void validated(TrainingListener.Validation validation) throws IOException {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("step", validation.step()).put("val_loss", validation.loss());
    validation.exitLosses().forEach(line.putArray("val_exit_losses")::add);
    validation.exact().forEach(line.putArray("val_exact")::add);
    line.put("best", validation.best());
    write(line);
  }

  private void write(ObjectNode line) throws IOException {
    out.write(line + "\n");
    // For whoever follows the file.
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
