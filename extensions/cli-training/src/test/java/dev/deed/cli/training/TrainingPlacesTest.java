package dev.deed.cli.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.cli.DeedRun;
import dev.deed.files.TargetLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places that cannot be written, or are being written, are told before the work. */
final class TrainingPlacesTest {
  private static final String WRITING = "is being written by another run of deed";

  @TempDir Path folder = Path.of("");

  /** A data set that no model could be trained with, if it came to that. */
  private Path data() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("train.jsonl"), "no JSON");
    Files.writeString(data.resolve("val.jsonl"), "no JSON");
    return data;
  }

  private static DeedRun train(Path data, Path out, Object... more) {
    Object[] arguments = new Object[9 + more.length];
    Object[] first = {"train", "--data", data, "--arch", "t5", "--vocabulary", "word:32", "--out"};
    System.arraycopy(first, 0, arguments, 0, 8);
    arguments[8] = out;
    System.arraycopy(more, 0, arguments, 9, more.length);
    return DeedRun.of(arguments);
  }

  @Test
  void placesThatCannotBeWritten() throws IOException {
    Path data = data();
    Path file = Files.writeString(folder.resolve("file"), "text");
    for (Path out : new Path[] {file.resolve("out"), Path.of("/proc/none/out")}) {
      String why = "cannot be written (";
      train(data, out).assertOneLine(2, why);
    }
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("data", "file");
  }

  @Test
  void placesThatAreBeingWritten() throws IOException {
    Path data = data();
    Path out = folder.resolve("out");
    try (TargetLock other = TargetLock.on(out.resolve("training/last"))) {
      train(data, out).assertOneLine(2, WRITING);
      train(data, out, "--resume").assertOneLine(2, WRITING);
    }
    assertThat(out).doesNotExist();
    assertThat(folder.toFile().list()).containsExactly("data");
  }

  @Test
  void aTrainingThatWasKilledBeforeItsFirstStepIsInNobodysWay() throws IOException {
    Path data = data();
    Path out = folder.resolve("out");
    Path left = Files.createDirectories(out.resolve("training/last.deed-0123456789abcdef.part"));
    Files.writeString(left.resolve("config.json"), "{}");
    train(data, out).assertOneLine(2, "train.jsonl, line 1");
    assertThat(out.resolve("training")).isEmptyDirectory();
    Files.writeString(out.resolve("training/mine"), "mine");
    train(data, out).assertOneLine(2, "holds a training already");
  }
}
