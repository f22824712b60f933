package dev.deed.decode;

import dev.deed.model.Decoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.Workspace;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.ThreadPool;
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
public record Features(
    EncoderOutput encoder, List<float[]> hidden, Map<Integer, float[]> exitLogits, int positions) {
  /** Runs all layers over a decoder prefix. */
  public static Features of(
      TransformerSpec spec, Decoder decoder, EncoderOutput encoded, int[] prefix, ThreadPool pool) {
    int width = decoder.width();
    int size = Math.multiplyExact(prefix.length, width);
    List<float[]> hidden = new ArrayList<>();
    for (int layer = 0; layer <= decoder.layerCount(); layer++) {
      hidden.add(new float[size]);
    }
    new TeacherForcing(decoder, pool)
        .run(
            encoded,
            prefix,
            (layer, rows, first, positions) ->
                System.arraycopy(rows, 0, hidden.get(layer), first * width, positions * width));
    Map<Integer, float[]> logits = new LinkedHashMap<>();
    Workspace workspace = new Workspace();
    for (int layer = 1; layer <= decoder.layerCount(); layer++) {
      boolean exit = spec.exits() != null && spec.exits().layers().contains(layer);
      if (exit || layer == decoder.layerCount()) {
        float[] values = new float[Math.multiplyExact(prefix.length, decoder.vocabulary())];
        decoder.logits(layer, hidden.get(layer), prefix.length, values, workspace, pool);
        logits.put(layer, values);
      }
    }
    return new Features(encoded, List.copyOf(hidden), logits, prefix.length);
  }
}
