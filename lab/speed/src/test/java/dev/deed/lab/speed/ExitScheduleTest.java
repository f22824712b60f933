package dev.deed.lab.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.lab.speed.ImposedExits.Stop;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
            Schedule.read(
                file("{\"exit_layers\": [1, 2]}", "", "{\"id\": 7, \"exit_layers\": [6]}"), null))
        .isEqualTo(new ExitSchedule(List.of(stops(1, 2), stops(6)), 6));
  }

  @Test
  void depthIsTakenAsToldWhereItIs() throws IOException {
    Path shallow = file("{\"exit_layers\": [1, 2]}");
    assertThat(Schedule.read(shallow, 6)).isEqualTo(new ExitSchedule(List.of(stops(1, 2)), 6));
    assertThatThrownBy(() -> Schedule.read(shallow, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has the exit layer 2, and --schedule-layers says 1");
  }

  @Test
  void readsHowManyExitsWereAsked() throws IOException {
    // The last layer emits unasked; a policy that asks nothing still looks up the token.
    String line = "{\"exit_layers\": [1, 6, 3], \"consulted\": [[0.9], [0.1, 0.2], []]}";
    assertThat(((ExitSchedule) Schedule.read(file(line), null)).answers())
        .containsExactly(List.of(new Stop(1, 1), new Stop(6, 3), new Stop(3, 1)));
  }

  private static List<Stop> stops(Integer... layers) {
    return Stream.of(layers).map(Stop::at).toList();
  }

  @Test
  void exitsKeepTheirShareOfTheDepth() {
    ExitSchedule schedule = new ExitSchedule(List.of(stops(1, 3, 6, 6), stops(2), stops(2, 1)), 6);
    assertThat(schedule.answers(12, 3, Confidence.GATE, List.of(2, 4, 6)))
        .containsExactly(
            answer(stops(2, 6, 12), List.of(2, 4, 6, 12)),
            answer(stops(4, 2), List.of(2, 4, 6, 12)));
    assertThat(schedule.answers(4, 3, Confidence.GATE, null))
        .containsExactly(
            answer(stops(1, 2, 4), List.of(1, 2, 4)), answer(stops(2, 1), List.of(1, 2, 4)));
  }

  private static ModelBench.Answer answer(List<Stop> stops, List<Integer> exits) {
    return ModelBench.Answer.of(
        stops.size(), ExitRule.of(Confidence.GATE, new ImposedExits(stops, exits), exits));
  }

  @Test
  void fewAnswersStandForMany() {
    List<List<Stop>> many = new ArrayList<>();
    for (int i = 0; i < 640; i++) {
      many.add(stops(1, 1 + i / 160));
    }
    List<ModelBench.Answer> chosen = new ExitSchedule(many, 4).answers(4, 9, Confidence.GATE, null);
    assertThat(chosen).hasSize(64);
    assertThat(chosen.getLast()).isEqualTo(answer(stops(1, 4), List.of(1, 2, 3, 4)));
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertWrong(file("{\"text\": \"a\"}"), "line 1", "has no exit_layers");
    assertWrong(file("{\"exit_layers\": [0]}"), "line 1", "has the exit layer 0");
    assertWrong(file("{\"exit_layers\": [1.5]}"), "line 1", "has the exit layer 1.5");
    assertWrong(file("{\"exit_layers\": [4]}"), "has no answer of two tokens");
    assertWrong(
        file("{\"exit_layers\": [1, 2], \"consulted\": [[]]}"), "2 tokens and consulted of 1");
    assertWrong(file("{\"exit_layers\": [1], \"consulted\": [0.5]}"), "consulted 0.5");
    assertWrong(file("{"), "line 1", "is no JSON");
    assertWrong(folder.resolve("none"), "cannot be read");
  }

  private static void assertWrong(Path file, String... parts) {
    assertThatThrownBy(() -> Schedule.read(file, null))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(parts);
  }
}
