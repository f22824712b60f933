package dev.deed.lab.speed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Other engines on the same folder, each in a process of its own that a Python script starts; it
 * prints one JSON object a run.
 *
 * @param python interpreter with the engines' packages
 * @param script that runs one engine on one model
 */
public record Peers(String python, Path script) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String NOT_INSTALLED = "ModuleNotFoundError";
  private static final Duration LONGEST = Duration.ofMinutes(20);

  /** What came of a run: figures, or why there are none. */
  sealed interface Outcome {
    record Measured(Measurement measurement) implements Outcome {}

    /** Its packages are not installed. */
    record Absent() implements Outcome {}

    record Failed(String reason) implements Outcome {}
  }

  /**
   * Peers of an environment that a script makes where it is not there yet, which takes minutes.
   *
   * @param install prints the interpreter as its last line; what it does goes to standard error
   * @param script that runs one engine on one model
   * @param quiet whether nobody sees what it does
   * @throws InputException when they cannot be installed
   * @throws InterruptedException when the thread is interrupted; the script is then stopped
   */
  public static Peers installed(Path install, Path script, boolean quiet)
      throws InterruptedException {
    String last = "";
    int code = -1;
    try {
      Process process =
          new ProcessBuilder(install.toString())
              .redirectError(
                  quiet ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        code = process.waitFor();
        last =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .lines()
                .reduce("", (before, line) -> line);
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      last = "";
    }
    InputException.require(
        code == 0 && !last.isEmpty(),
        "--peers",
        "the engines cannot be installed by " + install.getFileName(),
        "install them and give --python");
    return new Peers(last, script);
  }

  /** Engines that hold weights in a precision. */
  public static List<String> names(WeightPrecision precision) {
    return switch (precision) {
      case FP32 -> List.of("hf-fp32", "ct2-fp32", "ort-fp32", "ov-fp32");
      case BF16 -> List.of("hf-bf16", "ov-bf16");
      case INT8, W8A8 -> List.of("ct2-int8", "ort-int8", "ov-int8");
    };
  }

  /**
   * Runs one engine.
   *
   * @throws InputException when there is no such Python
   * @throws InterruptedException when the thread is interrupted; the engine is then stopped
   */
  Outcome run(String peer, BenchCase conditions, int repeats) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of(python, script.toString()));
    command.addAll(List.of("--model", conditions.model().toString(), "--peer", peer));
    command.addAll(List.of("--threads", Integer.toString(conditions.threads())));
    command.addAll(List.of("--batch", Integer.toString(conditions.batch())));
    command.addAll(List.of("--source-length", Integer.toString(conditions.sourceLength())));
    command.addAll(List.of("--new-tokens", Integer.toString(conditions.newTokens())));
    command.addAll(List.of("--repeats", Integer.toString(repeats)));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        // What it prints, one line, fits the pipe.
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
          return new Outcome.Failed("takes too long");
        }
        return outcome(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new InputException(
          "--python " + python, "cannot be started", "give the Python that has the engines");
    }
  }

  /** What the last line of an engine's output says. */
  static Outcome outcome(String output) {
    String last = output.lines().reduce("", (before, line) -> line);
    JsonNode row;
    try {
      row = last.startsWith("{") ? MAPPER.readTree(last) : MAPPER.createObjectNode();
    } catch (JsonProcessingException e) {
      return new Outcome.Failed("printed no JSON");
    }
    for (String key : List.of("unsupported", "error")) {
      if (row.has(key)) {
        String reason = row.get(key).asText();
        return reason.startsWith(NOT_INSTALLED) ? new Outcome.Absent() : new Outcome.Failed(reason);
      }
    }
    JsonNode median = row.path("median");
    if (!median.has("decode_ms_per_token")) {
      return new Outcome.Failed("printed no figures");
    }
    List<Integer> ids = new ArrayList<>();
    row.path("first_ids").forEach(id -> ids.add(id.intValue()));
    return new Outcome.Measured(
        new Measurement(
            median.path("encoder_ms").asDouble(Double.NaN),
            List.of(
                new Measurement.Run(
                    took(median, "first_token_ms", "first_token_processor_ms"),
                    took(median, "decode_ms_per_token", "decode_processor_ms_per_token"))),
            Double.NaN,
            row.path("peak_rss_mib").asDouble(Double.NaN),
            ids,
            row.path("all_ids_sha").asText()));
  }

  private static Took took(JsonNode median, String clock, String processor) {
    return new Took(
        median.path(clock).asDouble(Double.NaN), median.path(processor).asDouble(Double.NaN));
  }
}
