package dev.deed.cli.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.cli.DeedRun;
import dev.deed.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** {@code deed train}: a whole small training, and what it refuses. */
final class TrainCommandTest {
  @TempDir Path folder = Path.of("");

  private Path data() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      lines.add("{\"prompt\": \"say %d\", \"target\": \"it is %d\"}".formatted(i % 4, i % 4));
    }
    Files.write(data.resolve("train.jsonl"), lines);
    Files.write(data.resolve("val.jsonl"), lines.subList(0, 4));
    return data;
  }

  private DeedRun train(Path data, Path out, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--data",
                data,
                "--out",
                out,
                "--arch",
                "bart",
                "--set",
                "d_model=32",
                "--set",
                "encoder_layers=1",
                "--set",
                "decoder_layers=2",
                "--vocabulary",
                "word:32",
                "--batch",
                8,
                "--warm-up",
                2,
                "--threads",
                1));
    arguments.addAll(List.of(more));
    return DeedRun.of(arguments.toArray());
  }

  @Test
  void everyOptionSaysWhatItDoes() {
    CommandLine deed = new CommandLine(new Main()).addSubcommand(new TrainCommand());
    CommandLine train = Objects.requireNonNull(deed.getSubcommands().get("train"));
    for (ArgSpec each : train.getCommandSpec().args()) {
      assertThat(String.join("", each.description())).as("%s", each).isNotBlank();
    }
  }

  @Test
  void trainsGivesExitsToAPlainModelAndGoesOn() throws IOException {
    Path data = data();
    Path out = folder.resolve("model");
    DeedRun first =
        train(data, out, "--max-steps", 20, "--validate-every", 10, "--json", "--times", "1");
    assertThat(first.code()).as(first.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(first.out());
    assertThat(result.path("steps").asInt()).isEqualTo(20);
    assertThat(result.path("end").asText()).isEqualTo("steps");
    assertThat(first.err())
        .contains("32 examples")
        .contains("step 10: validation loss")
        .contains("(best)");
    for (String file : List.of("log.jsonl", "recipe.json", "last/config.json")) {
      assertThat(out.resolve("training").resolve(file)).exists();
    }
    assertThat(DeedRun.of("generate", out, "--prompt", "say 2", "--quiet").code()).isZero();

    Path more = folder.resolve("more");
    DeedRun second =
        DeedRun.of(
            "train",
            "--data",
            data,
            "--init",
            out,
            "--out",
            more,
            "--freeze",
            "--gate",
            "--loss",
            "distill",
            "--max-steps",
            4,
            "--batch",
            8,
            "--threads",
            1,
            "--quiet");
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.out()).contains("all steps made after 4 steps");
    assertThat(second.err()).isEmpty();

    DeedRun again = train(data, out, "--max-steps", 20, "--validate-every", 10, "--resume");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).contains("after 20 steps");
  }

  private static DeedRun goOn(Path data, Path model, Path out, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("train", "--data", data, "--init", model));
    arguments.addAll(List.of("--out", out, "--max-steps", 1, "--threads", 1));
    arguments.addAll(List.of(more));
    return DeedRun.of(arguments.toArray());
  }

  @Test
  void aModelWithExitsKeepsThemAndRefusesOthers() throws IOException {
    Path data = data();
    Path some = folder.resolve("some");
    assertThat(train(data, some, "--max-steps", 3, "--exits", "2", "--adapter", 4).code()).isZero();
    Path out = folder.resolve("out");
    goOn(data, some, out, "--exits", "all")
        .assertOneLine(2, "some: has exits at the layers [2] already, not [1, 2]; leave out");
    goOn(data, some, out, "--exits", "1").assertOneLine(2, "not [1, 2]");
    goOn(data, some, out, "--exits", "2", "--adapter", 8)
        .assertOneLine(2, "some: has exits with adapters of the width 4, not 8");
    assertThat(out).doesNotExist();
    assertThat(goOn(data, some, out, "--exits", "2", "--adapter", 4).code()).isZero();
    assertThat(goOn(data, some, folder.resolve("gate"), "--gate").code()).isZero();

    Path all = folder.resolve("all");
    assertThat(train(data, all, "--max-steps", 3).code()).isZero();
    assertThat(goOn(data, all, folder.resolve("more"), "--exits", "all").code()).isZero();
    assertThat(goOn(data, all, folder.resolve("same"), "--exits", "1,2").code()).isZero();
  }

  @Test
  void wrongOptionsAreOneLine() throws IOException {
    Path data = data();
    Path out = folder.resolve("model");
    DeedRun.of("train", "--data", data, "--out", out).assertOneLine(2, "--init MODEL or --arch");
    DeedRun.of("train", "--data", data, "--out", out, "--arch", "gpt")
        .assertOneLine(2, "give one of");
    train(data, out, "--batch", 0).assertOneLine(2, "--batch");
    train(data, out, "--dropout", 1).assertOneLine(2, "--dropout");
    train(data, out, "--times", "1,2").assertOneLine(2, "has 2 numbers for 1 --data");
    train(data, out, "--times", "0").assertOneLine(2, "--times: has 0; give 1..10000");
    train(data, out, "--times", "x").assertOneLine(2, "--times");
    train(data, out, "--exits", "1,x").assertOneLine(2, "--exits");
    train(data, out, "--exits", "7").assertOneLine(2, "1..2");
    train(data, out, "--set", "d_modell=3").assertOneLine(2, "no such value");
    train(data, out, "--device", "cuda").assertOneLine(2, "CUDA");
    train(folder.resolve("nowhere"), out).assertOneLine(2, "there is no train.jsonl");
    train(data, out, "--warm-up", 5, "--max-steps", 5).assertOneLine(2, "--warm-up");
    train(data, out, "--freeze", "--loss", "last").assertOneLine(2, "--freeze");
    DeedRun.of("train", "--data", data, "--out", out, "--arch", "t5", "--vocabulary", "bpe:100")
        .assertOneLine(2, "260 or more");
    train(data, out, "--resume").assertOneLine(2, "no training to go on with");
    assertThat(out).doesNotExist();
  }
}
