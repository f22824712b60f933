package dev.deed.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.data.InputLine.TensorReference;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.watch.Watch;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GenerateTaskTest {
  private static final Path MODEL =
      Path.of(System.getProperty("deed.root", ".."))
          .resolve("core/src/test/resources/golden/exits/t5-v1_0/model");

  /** Files of tensors that are read once, and gone when they are read again. */
  private static final class ReadOnce extends AbstractMap<String, TensorReference> {
    private boolean read;

    @Override
    public Set<Map.Entry<String, TensorReference>> entrySet() {
      InputException.require(!read, "tensors", "are gone", "keep the file");
      read = true;
      return Set.of();
    }
  }

  private static InputLine line(int number) {
    return new InputLine(
        "line",
        number,
        null,
        null,
        null,
        Map.of(),
        List.of(),
        null,
        null,
        null,
        null,
        new int[] {5 + number, 7},
        null,
        new ReadOnce(),
        null,
        null,
        Map.of(),
        null,
        List.of(),
        Map.of());
  }

  /** Lines behind the fallback are decoded again, of what was read for them. */
  @Test
  void linesAreReadOnceAlsoWhereTheWatchFallsBack() throws Exception {
    ExitSettings exits = ExitSettings.maxProbability(0.01);
    LineOptions options =
        new LineOptions(GenerationOptions.defaults().withExits(exits).withMaxNewTokens(6));
    Deque<ParsedLine> lines = new ArrayDeque<>();
    for (int i = 1; i <= 12; i++) {
      lines.add(line(i));
    }
    List<LineResult> results = new ArrayList<>();
    try (EncoderDecoderModel model = EncoderDecoderModel.open(MODEL, 1);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(12))) {
      Watch watch = new Watch(model, exits, new Watch.Plan(1, 0.1, 1));
      GenerateTask task =
          new GenerateTask(model, Asker.of(engine), options, watch, LineInputs::input);
      assertThat(new ManyLines(task, 12).run(lines::poll, results::add)).isTrue();
      assertThat(watch.tally().fellBack()).isTrue();
    }
    assertThat(results).hasSize(12).allMatch(LineResult.Decoded.class::isInstance);
    LineResult.Decoded last = (LineResult.Decoded) results.getLast();
    assertThat(last.generation().exitLayers()).containsOnly(6);
  }
}
