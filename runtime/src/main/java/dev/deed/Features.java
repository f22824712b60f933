package dev.deed;

import dev.deed.model.CrossMemory;
import dev.deed.model.Decoder;
import dev.deed.model.DecoderLayer;
import dev.deed.model.EncoderOutput;
import dev.deed.model.Workspace;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model computes for an encoder input and a decoder prefix. All layers run over the whole
 * prefix as one block. Arrays are row-major. They are not copied: whoever reads them must not
 * change them. Immutable otherwise.
 *
 * @param encoder the encoder output, [positions of the input, width]
 * @param hidden what enters layer 1, then the raw output of every layer, before any final norm:
 *     each [positions, width]
 * @param exitLogits the logits of every exit by its layer, each [positions, vocabulary]; of a model
 *     without exits those of the last layer alone
 * @param positions number of tokens of the prefix
 */
@SuppressWarnings("exports") // for DEED's own modules
public record Features(
    EncoderOutput encoder, List<float[]> hidden, Map<Integer, float[]> exitLogits, int positions) {
  static Features of(
      TransformerSpec spec, Decoder decoder, EncoderOutput encoded, int[] prefix, WorkerTeam team) {
    int width = decoder.width();
    float[] rows = new float[Math.multiplyExact(prefix.length, width)];
    decoder.embed(prefix, 0, rows, 0);
    List<float[]> hidden = new ArrayList<>();
    hidden.add(rows.clone());
    Map<Integer, float[]> logits = new LinkedHashMap<>();
    Workspace workspace = new Workspace();
    CrossMemory cross = new CrossMemory(decoder, encoded, float[]::new);
    for (int number = 1; number <= decoder.layerCount(); number++) {
      DecoderLayer layer = decoder.layer(number);
      layer.apply(
          rows,
          List.of(
              new DecoderLayer.Rows(
                  layer.newCache(prefix.length, float[]::new), cross, prefix.length)),
          workspace,
          team);
      hidden.add(rows.clone());
      boolean exit = spec.exits() != null && spec.exits().layers().contains(number);
      if (exit || number == decoder.layerCount()) {
        float[] values = new float[Math.multiplyExact(prefix.length, decoder.vocabulary())];
        decoder.logits(number, rows, prefix.length, values, workspace, team);
        logits.put(number, values);
      }
    }
    return new Features(encoded, List.copyOf(hidden), logits, prefix.length);
  }
}
