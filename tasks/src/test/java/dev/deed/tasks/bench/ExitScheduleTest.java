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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExitScheduleTest {
  @TempDir Path folder = Path.of("");

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("run.jsonl"), List.of(lines));
  }

  @Test
  void answersFollowEachOther() throws IOException {
    ExitSchedule schedule =
        ExitSchedule.read(
            file("{\"exit_layers\": [1, 2]}", "", "{\"id\": 7, \"exit_layers\": [6]}"), 0);
    assertThat(schedule).isEqualTo(new ExitSchedule(List.of(1, 2, 6), 6));
    assertThat(schedule.meanShare()).isEqualTo(0.5);
  }

  @Test
  void exitsKeepTheirShareOfTheDepth() {
    ExitRule rule =
        new ExitSchedule(List.of(1, 3, 6), 6).rule(12, Confidence.GATE, List.of(2, 4, 6));
    assertThat(rule)
        .isEqualTo(
            new ExitRule(
                new ExitPolicy.Schedule(Confidence.GATE, List.of(2, 6, 12)),
                List.of(2, 4, 6, 12),
                History.JIT));
    assertThat(new ExitSchedule(List.of(1, 6), 6).rule(4, Confidence.GATE, List.of()).policy())
        .isEqualTo(new ExitPolicy.Schedule(Confidence.GATE, List.of(1, 4)));
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertWrong(file("{\"text\": \"a\"}"), 0, "line 1", "has no exit_layers");
    assertWrong(file("{\"exit_layers\": [0]}"), 0, "line 1", "has the exit layer 0");
    assertWrong(file("{\"exit_layers\": [1.5]}"), 0, "line 1", "has the exit layer 1.5");
    assertWrong(file("{\"exit_layers\": []}"), 0, "names no exit layers");
    assertWrong(file("{\"exit_layers\": [3]}"), 2, "has an exit at layer 3 of 2");
    assertWrong(file("{"), 0, "line 1", "is no JSON");
    assertWrong(folder.resolve("none"), 0, "cannot be read");
  }

  private static void assertWrong(Path file, int depth, String... parts) {
    assertThatThrownBy(() -> ExitSchedule.read(file, depth))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(parts);
  }
}
