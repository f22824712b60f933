package dev.deed.lab.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.files.TargetLock;
import dev.deed.lab.reproduce.Experiment.Evaluation;
import dev.deed.lab.reproduce.Experiment.Kept;
import dev.deed.lab.reproduce.Experiment.Step;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of an experiment's commands, with commands that only leave files. */
final class ReproductionTest {
  private static final Experiment EXPERIMENT =
      new Experiment(
          "tiny",
          new Experiment.Heading("A tiny one", List.of("First paragraph.", "Second paragraph.")),
          List.of(new Step("pages", List.of("convert", "sroie", "{data}/sroie", "{work}/pages"))),
          List.of(
              new Step("deed", List.of("train", "--data", "{work}/pages", "--arch", "t5")),
              new Step("last", List.of("train", "--data", "{work}/pages", "--loss", "last"))),
          List.of(new Step("chosen", List.of("calibrate", "{work}/deed"))),
          List.of(
              new Evaluation(
                  "", "Test split", List.of("eval", "{work}/deed", "--policies", "full; static:1")),
              new Evaluation("losses", "Losses", List.of("eval", "{work}/last"))),
          List.of(new Kept("tiny-seeds", "Three seeds")));

  @TempDir Path folder = Path.of("");

  private final List<String> commands = Collections.synchronizedList(new ArrayList<>());
  private String failing = "";

  private int deed(List<String> arguments, Path log) throws IOException, InterruptedException {
    commands.add(String.join(" ", arguments).replace(folder.toString(), ""));
    if (arguments.getFirst().equals(failing)) {
      return 2;
    }
    if (failing.equals("interrupt")) {
      throw new InterruptedException();
    }
    int out = arguments.indexOf("--out");
    if (arguments.getFirst().equals("eval")) {
      Path results = Files.createDirectories(Path.of(arguments.get(out + 1)));
      Files.writeString(
          results.resolve("evaluation.json"), "[\"%s/models/shipped\"]".formatted(folder));
      Files.writeString(
          results.resolve("evaluation.md"),
          "# Evaluation\n\nrows of " + arguments.get(1) + "\n\n" + "made up ".repeat(20) + "\n");
    } else if (out >= 0) {
      Files.createDirectories(Path.of(arguments.get(out + 1)));
    }
    return 0;
  }

  private Reproduction reproduction(int jobs) {
    return new Reproduction(
        folder.resolve("data"),
        folder.resolve("made"),
        folder,
        folder.resolve("results"),
        jobs,
        this::deed,
        line -> {});
  }

  @Test
  void everythingIsMadeInOrderAndThePageSaysHow() throws IOException {
    Path page = reproduction(2).run(EXPERIMENT);
    assertThat(commands.getFirst()).isEqualTo("convert sroie /data/sroie /made/tiny/pages");
    assertThat(commands.subList(1, 3))
        .containsExactlyInAnyOrder(
            "train --data /made/tiny/pages --arch t5 --out /made/tiny/deed",
            "train --data /made/tiny/pages --loss last --out /made/tiny/last");
    assertThat(commands.subList(3, 6))
        .containsExactly(
            "calibrate /made/tiny/deed",
            "eval /made/tiny/deed --policies full; static:1 --out /made/tiny/results/tiny",
            "eval /made/tiny/last --out /made/tiny/results/tiny-losses");
    assertThat(Files.readString(page))
        .startsWith("# A tiny one\n\nFirst paragraph.\n\nSecond paragraph.\n")
        .doesNotContain(folder.toString())
        .contains("## Test split\nrows of {work}/deed\n\nmade up")
        .contains("## Losses\nrows of {work}/last\n\nmade up")
        .doesNotContain("Three seeds")
        .contains(
            "    ./deed train --data {work}/pages --arch t5 --out {work}/deed   # 0.0 minutes\n")
        .endsWith(
            "    ./deed eval {work}/deed --policies 'full; static:1'\n    ./deed eval {work}/last\n");
    assertThat(new RawArchive(folder.resolve("results/raw/tiny.zip")).read())
        .containsExactly(
            Map.entry("tiny.json", "[\"{root}/models/shipped\"]"),
            Map.entry("tiny-losses.json", "[\"{root}/models/shipped\"]"),
            Map.entry("tiny.md", Files.readString(page)));
  }

  @Test
  void whatItDoesNotMeasureStaysOnThePage() throws IOException {
    RawArchive raw = new RawArchive(folder.resolve("results/raw/tiny.zip"));
    raw.write(
        new LinkedHashMap<>(
            Map.of("tiny-seeds.md", "| a | table |", "tiny-seeds.json", "{}", "old.json", "[]")));
    Path page = reproduction(1).run(EXPERIMENT);
    assertThat(Files.readString(page))
        .contains("## Three seeds\nMeasured once,", "\n\n| a | table |\n\n## How it was made\n");
    assertThat(raw.read())
        .containsOnlyKeys(
            "tiny.json", "tiny-losses.json", "tiny-seeds.json", "tiny-seeds.md", "tiny.md");
    byte[] first = Files.readAllBytes(raw.file());
    reproduction(1).run(EXPERIMENT);
    assertThat(raw.file()).hasBinaryContent(first);
  }

  @Test
  void whatWasMadeIsKeptAndAStoppedTrainingGoesOn() throws IOException {
    Path training = Files.createDirectories(folder.resolve("made/tiny/last/training"));
    Files.writeString(training.resolve("recipe.json"), "{}");
    failing = "calibrate";
    assertThatThrownBy(() -> reproduction(1).run(EXPERIMENT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("chosen: ended with exit code 2; read the end of");
    assertThat(commands)
        .contains("train --data /made/tiny/pages --loss last --out /made/tiny/last --resume");
    commands.clear();
    failing = "";
    reproduction(1).run(EXPERIMENT);
    assertThat(commands).hasSize(3).noneMatch(command -> command.startsWith("train"));
  }

  @Test
  void twoRunsAtATimeAreRefused() {
    Path results = folder.resolve("made/tiny/results");
    try (TargetLock other = TargetLock.on(results)) {
      assertThatThrownBy(() -> reproduction(1).run(EXPERIMENT))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(results + ": is being written by another run");
    }
    assertThat(commands).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void deletedFiguresAreMeasuredAgain() throws IOException {
    reproduction(1).run(EXPERIMENT);
    Files.delete(folder.resolve("made/tiny/results/tiny/evaluation.json"));
    commands.clear();
    reproduction(1).run(EXPERIMENT);
    assertThat(commands)
        .containsExactly(
            "eval /made/tiny/deed --policies full; static:1 --out /made/tiny/results/tiny");
  }

  @Test
  void aTrainingWaitsForTheOneThatItStartsFrom() throws IOException {
    Experiment chain =
        new Experiment(
            "chain",
            new Experiment.Heading("Chain", List.of("One after the other.")),
            List.of(),
            List.of(
                new Step("first", List.of("train", "--arch", "t5")),
                new Step("second", List.of("train", "--init", "{work}/first")),
                new Step("third", List.of("train", "--init", "{work}/second/training/last"))),
            List.of(),
            List.of(new Evaluation("", "Test", List.of("eval", "{work}/third"))),
            List.of());
    reproduction(3).run(chain);
    assertThat(commands.subList(0, 3))
        .containsExactly(
            "train --arch t5 --out /made/chain/first",
            "train --init /made/chain/first --out /made/chain/second",
            "train --init /made/chain/second/training/last --out /made/chain/third");
  }

  @Test
  void anInterruptStopsIt() {
    failing = "interrupt";
    assertThatThrownBy(() -> reproduction(1).run(EXPERIMENT))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("the same command goes on");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void theExperimentsOfTheProjectCanBeRead() {
    for (String name : Experiment.NAMES) {
      Experiment experiment = Experiment.named(name);
      assertThat(experiment.heading().about()).isNotEmpty();
      assertThat(experiment.evaluations().getFirst().name()).isEmpty();
      assertThat(experiment.evaluations())
          .allSatisfy(
              evaluation -> {
                assertThat(evaluation.title()).isNotEmpty();
                assertThat(evaluation.command().getFirst()).isEqualTo("eval");
              });
    }
    assertThatThrownBy(() -> Experiment.named("none")).isInstanceOf(InputException.class);
  }
}
