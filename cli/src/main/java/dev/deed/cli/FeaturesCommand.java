package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.data.GenerationJson;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.LineInputs;
import dev.deed.data.ParsedLine;
import dev.deed.decode.Features;
import dev.deed.files.AtomicFiles;
import dev.deed.files.OutputPlace;
import dev.deed.files.TargetLock;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deed features}: what every layer makes of a given decoder prefix. */
@Command(
    name = "features",
    description =
        "Writes encoder output, every decoder layer's output and logits of every exit for given"
            + " decoder prefixes.",
    mixinStandardHelpOptions = true)
final class FeaturesCommand implements Callable<Integer> {
  @Mixin RunOptions model = new RunOptions();

  @Option(names = "--input", paramLabel = "FILE", required = true)
  Path input = Path.of("");

  @Option(names = "--output", paramLabel = "FILE", required = true)
  Path output = Path.of("");

  @Override
  public Integer call() throws IOException {
    Map<String, SafetensorsWriter.Entry> tensors = new LinkedHashMap<>();
    int lines = 0;
    Path file = OutputPlace.file(output);
    OutputPlace.requireOther(input, file, "--output " + output);
    try (TargetLock lock = AtomicFiles.lock(file);
        EncoderDecoderModel opened = model.open();
        InputReader reader = InputReader.open(input)) {
      for (ParsedLine line = reader.next(); line != null; line = reader.next()) {
        add(tensors, line.orThrow(), opened);
        lines++;
      }
      SafetensorsWriter.write(file, tensors, Map.of());
    }
    if (model.json) {
      System.out.println(
          GenerationJson.object()
              .put("output", output.toString())
              .put("lines", lines)
              .put("tensors", tensors.size()));
    }
    return 0;
  }

  private void add(
      Map<String, SafetensorsWriter.Entry> tensors, InputLine line, EncoderDecoderModel model) {
    String id = line.name();
    Features features;
    try {
      InputException.require(
          !tensors.containsKey(id + ".encoder"),
          "id " + id,
          "names an earlier line too",
          "give each line an id of its own");
      features = model.internals().features(LineInputs.input(line));
    } catch (InputException e) {
      throw e.in(input + ", line " + line.number());
    }
    TransformerSpec spec = model.internals().spec();
    int positions = features.positions();
    tensors.put(
        id + ".encoder", entry(features.encoder().positions(), features.encoder().hidden()));
    for (int layer = 0; layer < features.hidden().size(); layer++) {
      tensors.put(id + ".decoder." + layer, entry(positions, features.hidden().get(layer)));
    }
    features
        .exitLogits()
        .forEach(
            (layer, logits) -> {
              if (spec.exits() != null) {
                tensors.put(id + ".exit." + layer + ".logits", entry(positions, logits));
              }
              if (layer == spec.decoderLayers()) {
                tensors.put(id + ".logits", entry(positions, logits));
              }
            });
  }

  private static SafetensorsWriter.Entry entry(int rows, float[] values) {
    return new SafetensorsWriter.Entry(new int[] {rows, values.length / rows}, values);
  }
}
