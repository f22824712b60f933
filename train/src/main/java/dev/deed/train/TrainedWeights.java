package dev.deed.train;

import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.model.Parameter;
import dev.deed.model.ParameterTable;
import dev.deed.model.TransformerSpec;
import dev.deed.model.family.NameTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes parameters under the checkpoint's own names, so that other readers open them too. */
public final class TrainedWeights {
  private TrainedWeights() {}

  /**
   * Writes a {@code model.safetensors}; optional parameters that are absent are left out.
   *
   * @throws IOException when writing fails; nothing half-written remains
   */
  public static void write(
      Path file, TransformerSpec spec, NameTable names, TorchParameters parameters)
      throws IOException {
    Map<String, SafetensorsWriter.Entry> entries = new LinkedHashMap<>();
    for (Parameter parameter : ParameterTable.of(spec)) {
      if (parameters.holds(parameter.name())) {
        int[] shape = parameter.shape().stream().mapToInt(Integer::intValue).toArray();
        entries.put(
            names.toCheckpoint(parameter.name()),
            new SafetensorsWriter.Entry(shape, parameters.values(parameter.name())));
      }
    }
    SafetensorsWriter.write(file, entries, Map.of("format", "pt"));
  }
}
