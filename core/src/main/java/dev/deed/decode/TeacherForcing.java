package dev.deed.decode;

import dev.deed.decode.logits.Scores;
import dev.deed.files.Interruption;
import dev.deed.model.CrossMemory;
import dev.deed.model.Decoder;
import dev.deed.model.DecoderLayer;
import dev.deed.model.EncoderOutput;
import dev.deed.model.Workspace;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.ThreadPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs decoder inputs that are known beforehand through all layers, many positions at a time. Each
 * position gets the bits that it has in a generation at full depth.
 */
public record TeacherForcing(Decoder decoder, ThreadPool pool) {
  private static final int BLOCK = 256;

  /** Rows of logits that are held at a time. */
  private static final int HEAD_ROWS = 16;

  /** Receives hidden states, layer by layer within a block of positions. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param layer that made them, from 1; 0: embeddings
     * @param rows [positions, width], raw; valid during this call
     * @param first position of the block, from 0
     */
    void visit(int layer, float[] rows, int first, int positions);
  }

  /**
   * @param inputs within the vocabulary, as many as the decoder has positions at most
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public void run(EncoderOutput encoded, int[] inputs, Visitor visitor) {
    Workspace workspace = new Workspace();
    CrossMemory cross = new CrossMemory(decoder, encoded, float[]::new);
    List<KeyValueCache> caches =
        IntStream.rangeClosed(1, decoder.layerCount())
            .mapToObj(layer -> decoder.layer(layer).newCache(inputs.length, float[]::new))
            .toList();
    for (int first = 0; first < inputs.length; first += BLOCK) {
      int positions = Math.min(BLOCK, inputs.length - first);
      float[] rows = new float[positions * decoder.width()];
      int[] block = IntStream.range(first, first + positions).map(at -> inputs[at]).toArray();
      decoder.embed(block, first, rows, 0);
      visitor.visit(0, rows, first, positions);
      for (int layer = 1; layer <= caches.size(); layer++) {
        Interruption.check("nothing is left of it; ask again");
        DecoderLayer.Rows part = new DecoderLayer.Rows(caches.get(layer - 1), cross, positions);
        decoder.layer(layer).apply(rows, List.of(part), workspace, pool);
        visitor.visit(layer, rows, first, positions);
      }
    }
  }

  /**
   * Natural logarithms of the probabilities that full depth gives to the tokens of an answer, each
   * behind those before it, before logits processors.
   *
   * @param prefix decoder inputs to begin with, at least one
   * @param answer at least one token within the vocabulary; it is not fed with its last
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public List<Double> logProbabilities(EncoderOutput encoded, int[] prefix, int[] answer) {
    int before = prefix.length - 1;
    int[] inputs =
        IntStream.range(0, before + answer.length)
            .map(at -> at <= before ? prefix[at] : answer[at - prefix.length])
            .toArray();
    List<Double> found = new ArrayList<>();
    run(
        encoded,
        inputs,
        (layer, rows, first, positions) -> {
          if (layer == decoder.layerCount()) {
            int from = Math.max(0, before - first);
            int[] next =
                Arrays.copyOfRange(
                    answer, first + from - before, Math.max(0, first + positions - before));
            found.addAll(logProbabilities(rows, from, next));
          }
        });
    return found;
  }

  /**
   * The same of tokens, each behind a row of hidden states.
   *
   * @param rows of the last layer, raw
   * @param from row of the first token
   */
  public List<Double> logProbabilities(float[] rows, int from, int[] next) {
    List<Double> found = new ArrayList<>();
    Scores scores = new Scores(decoder.vocabulary());
    Workspace workspace = new Workspace();
    for (int at = 0; at < next.length; at += HEAD_ROWS) {
      int count = Math.min(HEAD_ROWS, next.length - at);
      float[] logits = logits(rows, from + at, count, workspace);
      for (int row = 0; row < count; row++) {
        scores.begin(logits, row * decoder.vocabulary(), false);
        found.add(scores.logProbability(next[at + row]));
      }
    }
    return found;
  }

  private float[] logits(float[] rows, int first, int count, Workspace workspace) {
    float[] hidden = new float[count * decoder.width()];
    System.arraycopy(rows, first * decoder.width(), hidden, 0, hidden.length);
    float[] logits = new float[Math.multiplyExact(count, decoder.vocabulary())];
    decoder.logits(decoder.layerCount(), hidden, count, logits, workspace, pool);
    return logits;
  }
}
