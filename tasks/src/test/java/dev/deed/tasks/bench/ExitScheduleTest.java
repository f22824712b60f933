package dev.deed.tasks.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.checkpoint.InputException;
import dev.deed.decode.Confidence;
import dev.deed.decode.ExitPolicy;
import dev.deed.decode.ExitRule;
import dev.deed.decode.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExitScheduleTest {
  @TempDir Path folder = Path.of("");

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("run.jsonl"), List.of(lines));
  }

  @Test
  void readsAnswers() throws IOException {
    assertThat(
            ExitSchedule.read(
                file("{\"exit_layers\": [1, 2]}", "", "{\"id\": 7, \"exit_layers\": [6]}"), 0))
        .isEqualTo(new ExitSchedule(List.of(List.of(1, 2), List.of(6)), 6));
  }

  @Test
  void exitsKeepTheirShareOfTheDepth() {
    ExitSchedule schedule =
        new ExitSchedule(List.of(List.of(1, 3, 6, 6), List.of(2), List.of(2, 1)), 6);
    assertThat(schedule.answers(12, 3, Confidence.GATE, List.of(2, 4, 6)))
        .containsExactly(
            answer(List.of(2, 6, 12), List.of(2, 4, 6, 12)),
            answer(List.of(4, 2), List.of(2, 4, 6, 12)));
    assertThat(schedule.answers(4, 3, Confidence.GATE, null))
        .containsExactly(
            answer(List.of(1, 2, 4), List.of(1, 2, 4)), answer(List.of(2, 1), List.of(1, 2, 4)));
  }

  private static ModelBench.Answer answer(List<Integer> layers, List<Integer> exits) {
    return new ModelBench.Answer(
        layers.size(),
        new ExitRule(new ExitPolicy.Schedule(Confidence.GATE, layers), exits, History.JIT));
  }

  @Test
  void fewAnswersStandForMany() {
    List<List<Integer>> many = new ArrayList<>();
    for (int i = 0; i < 640; i++) {
      many.add(List.of(1, 1 + i / 160));
    }
    List<ModelBench.Answer> chosen = new ExitSchedule(many, 4).answers(4, 9, Confidence.GATE, null);
    assertThat(chosen).hasSize(64);
    assertThat(chosen.getLast()).isEqualTo(answer(List.of(1, 4), List.of(1, 2, 3, 4)));
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertWrong(file("{\"text\": \"a\"}"), 0, "line 1", "has no exit_layers");
    assertWrong(file("{\"exit_layers\": [0]}"), 0, "line 1", "has the exit layer 0");
    assertWrong(file("{\"exit_layers\": [1.5]}"), 0, "line 1", "has the exit layer 1.5");
    assertWrong(file("{\"exit_layers\": [4]}"), 0, "has no answer of two tokens");
    assertWrong(file("{\"exit_layers\": [3, 1]}"), 2, "has an exit at layer 3 of 2");
    assertWrong(file("{"), 0, "line 1", "is no JSON");
    assertWrong(folder.resolve("none"), 0, "cannot be read");
  }

  private static void assertWrong(Path file, int depth, String... parts) {
    assertThatThrownBy(() -> ExitSchedule.read(file, depth))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(parts);
  }
}
