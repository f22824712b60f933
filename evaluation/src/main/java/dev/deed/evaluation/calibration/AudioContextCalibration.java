package dev.deed.evaluation.calibration;

import static dev.deed.evaluation.TextTable.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.TextTable;
import dev.deed.evaluation.TextTable.Column;
import dev.deed.evaluation.calibration.Goal.Judgement;
import dev.deed.speech.AudioContext;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Margins of {@link TranscriptionOptions#audioContext}, held against whole windows. They are tested
 * on all recordings, from the largest to the smallest, up to the first that fails: as the order is
 * settled before anything is heard, no search is due ({@link Promise.LearnThenTest}). Immutable.
 *
 * @param tested in that order
 */
public record AudioContextCalibration(Promise promise, int recordings, List<Tested> tested) {
  private static final List<Integer> MARGINS = List.of(800, 600, 500, 400, 300, 200, 100, 0);

  /**
   * A recording and what is said in it.
   *
   * @param targets accepted texts; none where none are known
   */
  public record Spoken(Recording recording, List<String> targets) {}

  /**
   * A margin that was tested.
   *
   * @param loss mean, in points
   * @param positions that the encoder took for the answers, by those of whole windows
   */
  public record Tested(
      int margin, double loss, double positions, Judgement judgement, boolean accepted) {
    private void putInto(ObjectNode json) {
      json.put(AudioContext.MARGIN, margin).put("positions_share", positions);
      json.put("risk", loss).put("p_value", judgement.pValue()).put("bound", judgement.bound());
    }
  }

  private record Heard(List<String> texts, long positions) {}

  /**
   * @throws dev.deed.value.InputException when the recordings are too few for the promise, or one
   *     cannot be read
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public static AudioContextCalibration of(
      Promise promise, Transcriber transcriber, List<Spoken> all, EvaluationListener listener) {
    promise.requireEnough(all.size());
    listener.started((1L + MARGINS.size()) * all.size());
    List<List<String>> targets = all.stream().map(Spoken::targets).toList();
    Heard whole = heard(AudioContext.WHOLE, transcriber, all, listener);
    List<Tested> tested = new ArrayList<>();
    for (int margin : MARGINS) {
      if (tested.isEmpty() || tested.getLast().accepted) {
        Heard heard = heard(margin, transcriber, all, listener);
        double[] losses = promise.losses(heard.texts, whole.texts, targets);
        Judgement judgement = promise.judge(new double[0], losses);
        tested.add(
            new Tested(
                margin,
                100 * Bound.mean(losses),
                (double) heard.positions / Math.max(1, whole.positions),
                judgement,
                promise.accepted(new double[] {judgement.pValue()}).getFirst()));
      }
    }
    return new AudioContextCalibration(promise, all.size(), List.copyOf(tested));
  }

  private static Heard heard(
      int margin, Transcriber transcriber, List<Spoken> all, EvaluationListener listener) {
    TranscriptionOptions options = TranscriptionOptions.defaults().withAudioContext(margin);
    long[] positions = new long[1];
    List<String> texts = new ArrayList<>();
    for (Spoken one : all) {
      texts.add(
          transcriber
              .transcribe(
                  one.recording,
                  options,
                  progress -> {
                    positions[0] += progress.window() == null ? 0 : progress.window().positions();
                    return true;
                  })
              .text());
      listener.advanced();
    }
    return new Heard(texts, positions[0]);
  }

  /**
   * Of the margins that keep the promise the one with the fewest positions: with a small one more
   * windows are encoded again. Empty when none keeps it.
   */
  public Optional<Tested> chosen() {
    return tested.stream()
        .filter(Tested::accepted)
        .min(Comparator.comparingDouble(Tested::positions));
  }

  /** For a terminal. */
  public String plain() {
    TextTable table =
        new TextTable(
            Stream.of("margin", "positions", "loss", "p", "bound", "goal")
                .map(Column::text)
                .toList());
    for (Tested one : tested) {
      table.add(
          List.of(
              String.valueOf(one.margin),
              format("%.1f %%", 100 * one.positions),
              format("%.2f", one.loss),
              format("%.3f", one.judgement.pValue()),
              one.judgement.bound(),
              one.accepted ? "kept" : "no"));
    }
    return table.plain()
        + chosen()
            .map(best -> "\na margin of " + best.margin + " keeps ")
            .orElse("\nno margin was shown to keep ")
        + promise.sentence("transcripts of whole windows")
        + "\n";
  }

  /** What was tested and chosen; {@code data} is the file of the recordings. */
  public ObjectNode json(Path data, Provenance provenance) {
    ObjectNode json = origin(data, provenance);
    ArrayNode all = json.putArray("tested");
    for (Tested one : tested) {
      one.putInto(all.addObject());
    }
    json.put("chosen", chosen().map(Tested::margin).orElse(null));
    return json;
  }

  /** What {@code config.json} is to hold: a margin and how it came about. */
  public ObjectNode setting(Tested chosen, Path data, Provenance provenance) {
    ObjectNode setting = JsonNodeFactory.instance.objectNode();
    setting.put(AudioContext.MARGIN, chosen.margin);
    chosen.putInto(setting.putObject("calibration").setAll(origin(data, provenance)));
    return setting;
  }

  private ObjectNode origin(Path data, Provenance provenance) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    CalibrationReport.put(promise, json);
    json.put("data", data.toString()).put("test_examples", recordings);
    provenance.addTo(json);
    return json;
  }
}
