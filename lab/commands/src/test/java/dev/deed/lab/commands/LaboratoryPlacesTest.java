package dev.deed.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.cli.DeedRun;
import dev.deed.files.TargetLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places that cannot be written, or are being written, are told before the work. */
final class LaboratoryPlacesTest {
  @TempDir Path folder = Path.of("");

  private Path data() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("train.jsonl"), "no JSON");
    Files.writeString(data.resolve("val.jsonl"), "no JSON");
    return data;
  }

  @Test
  void placesThatCannotBeWritten() throws IOException {
    Path data = data();
    Path file = Files.writeString(folder.resolve("file"), "text");
    for (Path out : new Path[] {file.resolve("out"), Path.of("/proc/none/out")}) {
      String why = "cannot be written (";
      DeedRun.of("bench", folder, "--out", out).assertOneLine(2, why);
      DeedRun.of("convert", "prompt", data, out, "--prompt", "x").assertOneLine(2, why);
      DeedRun.of("reproduce", "lines", "--data", data, "--work", out).assertOneLine(2, why);
      Path work = folder.resolve("work");
      DeedRun.of("reproduce", "lines", "--data", data, "--work", work, "--results", out)
          .assertOneLine(2, why);
    }
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("data", "file");
  }

  @Test
  void placesThatAreBeingWritten() throws IOException {
    Path data = data();
    Path out = folder.resolve("out");
    try (TargetLock other = TargetLock.on(out)) {
      DeedRun.of("convert", "prompt", data, out, "--prompt", "x")
          .assertOneLine(2, "is being written by another run of deed");
    }
    assertThat(folder.toFile().list()).containsExactly("data");
  }
}
