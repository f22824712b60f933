package dev.deed.decode;

import dev.deed.decode.exit.ExitCheck;
import dev.deed.decode.exit.StepExits;
import dev.deed.model.Decoder;
import dev.deed.model.DecoderLayer;
import dev.deed.model.Workspace;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.ExitHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One decoding step of a batch, layer by layer, each sequence leaving at its own exit. Holds the
 * buffers of a batch; belongs to one thread.
 */
final class DecoderStep {
  private final Decoder decoder;
  private final ThreadPool pool;
  private final Workspace workspace;
  private final FillLimits limits;

  /** Rows of a layer's block, then its outputs. */
  private float[] block = new float[0];

  /** What entered the layer at the positions whose outputs are read, [positions, width]. */
  private float[] inputs = new float[0];

  /** What the layer made of it, [positions, width]. */
  private float[] outputs = new float[0];

  private final ExitCheck exits;

  DecoderStep(Decoder decoder, Workspace workspace, ThreadPool pool, FillLimits limits) {
    this.decoder = decoder;
    this.workspace = workspace;
    this.pool = pool;
    this.limits = limits;
    this.exits = new ExitCheck(decoder, workspace, pool);
  }

  /**
   * A sequence's part of a layer's block.
   *
   * @param rows that it runs
   * @param outputRows newest of them, whose outputs the step reads; 0 where it has more rows to run
   */
  private record LayerPart(SequenceStep step, int rows, int outputRows) {}

  /**
   * Decodes the position that was appended last to each state. A sequence with more to fill than a
   * run may take is {@linkplain SequenceStep#running still running} afterwards, and goes on in the
   * next run.
   *
   * @param steps of distinct states, all of them running
   */
  void run(List<? extends SequenceStep> steps) {
    FillLimits.Turn turn = limits.begin();
    List<SequenceStep> running = List.copyOf(steps);
    for (int layer = 1; !running.isEmpty(); layer++) {
      Set<SequenceStep> waiting = new HashSet<>();
      List<LayerPart> parts = new ArrayList<>();
      for (SequenceStep step : running) {
        // Positions that ran here before, and left above, have nothing left to run.
        int rows = step.state().pendingRows(layer);
        if (rows > 0 && turn.takes(rows, step.state().unprojected(layer))) {
          parts.add(part(layer, step));
        } else if (rows > 0) {
          waiting.add(step);
        }
      }
      if (!parts.isEmpty()) {
        runLayer(layer, parts);
        ask(layer, parts);
      }
      parts.stream()
          .filter(part -> part.outputRows == 0)
          .map(LayerPart::step)
          .forEach(waiting::add);
      running = running.stream().filter(step -> step.running() && !waiting.contains(step)).toList();
    }
  }

  private LayerPart part(int layer, SequenceStep step) {
    leaveKeysAndValues(layer, step);
    int rows = step.state().pendingRows(layer);
    int outputRows = step.outputRows(layer);
    return rows - outputRows < limits.block()
        ? new LayerPart(step, rows, outputRows)
        : new LayerPart(step, limits.block(), 0);
  }

  private void ask(int layer, List<LayerPart> parts) {
    List<StepExits> questions = new ArrayList<>();
    int width = decoder.width();
    int row = 0;
    for (LayerPart part : parts) {
      List<StepExits> own = part.outputRows == 0 ? List.of() : part.step.questions(layer);
      if (!own.isEmpty()) {
        int to = questions.size() * width;
        System.arraycopy(inputs, row * width, inputs, to, own.size() * width);
        System.arraycopy(outputs, row * width, outputs, to, own.size() * width);
        questions.addAll(own);
      }
      row += part.outputRows;
    }
    exits.ask(layer, inputs, outputs, questions);
  }

  /** Runs the rows of these sequences as one block. */
  private void runLayer(int layer, List<LayerPart> parts) {
    int width = decoder.width();
    List<DecoderLayer.Rows> sequences = new ArrayList<>();
    int rows = 0;
    int outputRows = 0;
    for (LayerPart part : parts) {
      block = atLeast(block, (rows + part.rows) * width);
      part.step.state().copyPending(layer, part.rows, block, rows);
      sequences.add(part.step.state().rows(layer, part.rows));
      rows += part.rows;
      outputRows += part.outputRows;
    }
    inputs = atLeast(inputs, outputRows * width);
    outputs = atLeast(outputs, outputRows * width);
    copyRead(parts, inputs);
    decoder.layer(layer).apply(block, sequences, workspace, pool);
    copyRead(parts, outputs);
    int first = 0;
    for (LayerPart part : parts) {
      part.step.state().advance(layer, block, first, part.rows);
      part.step.countLayer(part.rows);
      first += part.rows;
    }
  }

  /**
   * Lets earlier positions leave keys and values without running: with copied history everywhere,
   * where they are passed on unchanged; else at the last layer, whose outputs nothing but the head
   * consumes, at all but the positions whose outputs the step reads.
   */
  private void leaveKeysAndValues(int layer, SequenceStep step) {
    int earlier = step.state().pendingRows(layer) - step.outputRows(layer);
    boolean onlyKeysAndValues = step.history() == ExitHistory.COPY || layer == decoder.layerCount();
    if (onlyKeysAndValues && earlier > 0) {
      decoder
          .layer(layer)
          .appendOnly(
              step.state().pending(layer), earlier, step.state().selfCache(layer), workspace, pool);
      step.state().passOn(layer, earlier);
    }
  }

  private void copyRead(List<LayerPart> parts, float[] target) {
    int width = decoder.width();
    int end = 0;
    int to = 0;
    for (LayerPart part : parts) {
      end += part.rows;
      System.arraycopy(
          block, (end - part.outputRows) * width, target, to * width, part.outputRows * width);
      to += part.outputRows;
    }
  }

  private static float[] atLeast(float[] buffer, int size) {
    return buffer.length >= size
        ? buffer
        : Arrays.copyOf(buffer, Math.max(size, 2 * buffer.length));
  }
}
