package dev.deed.decode;

import dev.deed.decode.exit.ExitCheck;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.exit.History;
import dev.deed.decode.exit.StepExits;
import dev.deed.model.Decoder;
import dev.deed.model.DecoderLayer;
import dev.deed.model.Workspace;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One decoding step of a batch, layer by layer, each sequence leaving at its own exit. Holds the
 * buffers of a batch; belongs to one thread.
 */
final class DecoderStep {
  private final Decoder decoder;
  private final WorkerTeam team;
  private final Workspace workspace;

  /** Rows of a layer's block, then its outputs. */
  private float[] block = new float[0];

  /** What entered the layer at the positions that it is asked about, [positions, width]. */
  private float[] inputs = new float[0];

  /** What the layer made of it, [positions, width]. */
  private float[] outputs = new float[0];

  private final ExitCheck exits;
  private final ExitRule full;

  DecoderStep(Decoder decoder, Workspace workspace, WorkerTeam team) {
    this.decoder = decoder;
    this.workspace = workspace;
    this.team = team;
    this.exits = new ExitCheck(decoder, workspace, team);
    this.full = ExitRule.full(decoder.layerCount());
  }

  /**
   * Decodes the position that was appended last to each state.
   *
   * @param rows of distinct states
   * @return what was found of each, in the same order
   */
  List<SequenceStep> run(List<StepRow> rows) {
    List<SequenceStep> steps = rows.stream().map(row -> new SequenceStep(row, full)).toList();
    List<SequenceStep> running = steps;
    for (int layer = 1; !running.isEmpty(); layer++) {
      int number = layer;
      // Drafts that are verified may have nothing to run before the layer where they left.
      List<SequenceStep> active =
          running.stream().filter(step -> step.state().pendingRows(number) > 0).toList();
      if (!active.isEmpty()) {
        runLayer(layer, active);
        ask(layer, active);
      }
      running = running.stream().filter(SequenceStep::running).toList();
    }
    return steps;
  }

  private void ask(int layer, List<SequenceStep> active) {
    List<StepExits> questions = new ArrayList<>();
    int width = decoder.width();
    int row = 0;
    for (SequenceStep step : active) {
      List<StepExits> own = step.questions(layer);
      if (!own.isEmpty()) {
        int to = questions.size() * width;
        System.arraycopy(inputs, row * width, inputs, to, own.size() * width);
        System.arraycopy(outputs, row * width, outputs, to, own.size() * width);
        questions.addAll(own);
      }
      row += step.asked(layer);
    }
    exits.ask(layer, inputs, outputs, questions);
  }

  /** Runs everything that layer {@code layer} has yet to run of these sequences as one block. */
  private void runLayer(int layer, List<SequenceStep> running) {
    DecoderLayer weights = decoder.layer(layer);
    int width = decoder.width();
    List<DecoderLayer.Rows> parts = new ArrayList<>();
    int rows = 0;
    int asked = 0;
    for (SequenceStep step : running) {
      leaveKeysAndValues(layer, step);
      int pending = step.state().pendingRows(layer);
      block = atLeast(block, (rows + pending) * width);
      step.state().copyPending(layer, block, rows);
      parts.add(step.state().rows(layer, pending));
      rows += pending;
      asked += step.asked(layer);
    }
    inputs = atLeast(inputs, asked * width);
    outputs = atLeast(outputs, asked * width);
    copyAsked(layer, running, parts, inputs);
    weights.apply(block, parts, workspace, team);
    copyAsked(layer, running, parts, outputs);
    int first = 0;
    for (int i = 0; i < parts.size(); i++) {
      int count = parts.get(i).rows();
      running.get(i).state().advance(layer, block, first, count);
      running.get(i).countLayer(count);
      first += count;
    }
  }

  /**
   * Lets earlier positions leave keys and values without running: with copied history everywhere,
   * where they are passed on unchanged; else at the last layer, whose outputs nothing but the head
   * consumes, which asks for the newest positions alone.
   */
  private void leaveKeysAndValues(int layer, SequenceStep step) {
    int earlier = step.state().pendingRows(layer) - step.asked(layer);
    boolean onlyKeysAndValues = step.history() == History.COPY || layer == decoder.layerCount();
    if (onlyKeysAndValues && earlier > 0) {
      decoder
          .layer(layer)
          .appendOnly(
              step.state().pending(layer), earlier, step.state().selfCache(layer), workspace, team);
      step.state().passOn(layer, earlier);
    }
  }

  private void copyAsked(
      int layer, List<SequenceStep> steps, List<DecoderLayer.Rows> parts, float[] target) {
    int width = decoder.width();
    int end = 0;
    int to = 0;
    for (int i = 0; i < parts.size(); i++) {
      int asked = steps.get(i).asked(layer);
      end += parts.get(i).rows();
      System.arraycopy(block, (end - asked) * width, target, to * width, asked * width);
      to += asked;
    }
  }

  private static float[] atLeast(float[] buffer, int size) {
    return buffer.length >= size
        ? buffer
        : Arrays.copyOf(buffer, Math.max(size, 2 * buffer.length));
  }
}
