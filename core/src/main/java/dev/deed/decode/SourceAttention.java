package dev.deed.decode;

import dev.deed.files.Interruption;
import dev.deed.model.CrossMemory;
import dev.deed.model.Decoder;
import dev.deed.model.DecoderLayer;
import dev.deed.model.EncoderOutput;
import dev.deed.model.SourceWeights;
import dev.deed.model.Workspace;
import dev.deed.tensor.ThreadPool;
import java.util.List;

/**
 * Tells where in the encoder output heads of cross-attention look, for decoder inputs that are
 * known beforehand (teacher forcing). All inputs run as one block, layer by layer, up to the
 * deepest layer that is asked for; what a layer remembers is let go before the next.
 */
public record SourceAttention(Decoder decoder, ThreadPool pool) {
  private static final String STOPPED = "nothing is left of it; ask again";

  /** A head of cross-attention; layer and head count from 0. */
  public record Head(int layer, int head) {}

  /** Receives what heads do, one after the other. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param weights [inputs from the first on, positions of the encoder output], row-major; each
     *     row adds up to 1
     * @param positions of the encoder output
     */
    void head(float[] weights, int positions);
  }

  /**
   * @param inputs within the vocabulary, as many as the decoder has positions at most
   * @param first input whose weights are told, with those behind it
   * @param heads in the order of their layers; none where all layers run
   * @param isWhole whether all layers run
   * @return what the last layer that ran makes of the inputs, [inputs, width], raw; where not all
   *     run, without what follows its self-attention
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public float[] run(
      EncoderOutput encoded,
      int[] inputs,
      int first,
      List<Head> heads,
      Visitor visitor,
      boolean isWhole) {
    Workspace workspace = new Workspace();
    int deepest = isWhole ? decoder.layerCount() - 1 : heads.getLast().layer();
    float[] rows = new float[Math.multiplyExact(inputs.length, decoder.width())];
    decoder.embed(inputs, 0, rows, 0);
    for (int index = 0; index <= deepest; index++) {
      Interruption.check(STOPPED);
      DecoderLayer layer = decoder.layer(index + 1);
      List<DecoderLayer.Rows> block =
          List.of(
              new DecoderLayer.Rows(
                  layer.newCache(inputs.length, float[]::new),
                  new CrossMemory(decoder, encoded, float[]::new),
                  inputs.length));
      layer.applySelf(rows, block, workspace, pool);
      int here = index;
      List<Head> ofLayer = heads.stream().filter(head -> head.layer() == here).toList();
      if (!ofLayer.isEmpty()) {
        SourceWeights weights = SourceWeights.of(layer, rows, block.getFirst(), workspace, pool);
        for (Head head : ofLayer) {
          Interruption.check(STOPPED);
          visitor.head(weights.ofHead(head.head(), first), weights.positions());
        }
      }
      if (isWhole || index < deepest) {
        layer.applyBehindSelf(rows, block, workspace, pool);
      }
    }
    return rows;
  }
}
