package dev.deed.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines that are kept, however their writer ends. */
final class LinesFileTest {
  @TempDir Path folder = Path.of("");
  private Path target = Path.of("");

  @BeforeEach
  void name() {
    target = folder.resolve("out.jsonl");
  }

  private static void write(LinesFile lines, String text) throws IOException {
    lines.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<Path> leftovers() {
    return LinesFile.leftovers(target);
  }

  @Test
  void finishedLinesTakeTheName() throws IOException {
    try (LinesFile lines = LinesFile.begin(target, false)) {
      write(lines, "a\n");
      assertThat(target).doesNotExist();
      assertThat(lines.path()).hasContent("a").hasParent(folder);
      lines.finish();
      assertThat(lines.path()).isEqualTo(target);
    }
    assertThat(target).hasContent("a");
    assertThat(folder.toFile().list()).containsExactly("out.jsonl");
  }

  @Test
  void aFinishedFileHoldsWholeLines() throws IOException {
    try (LinesFile lines = LinesFile.begin(target, false)) {
      write(lines, "a\n");
      // What a full disk lets through of a line.
      Files.writeString(lines.path(), "a\nhal");
      lines.finish();
    }
    assertThat(target).hasContent("a");
  }

  @Test
  void whoStopsKeepsWholeLines() throws IOException {
    try (LinesFile lines = LinesFile.begin(target, false)) {
      write(lines, "a\n");
      // What a full disk lets through of a line.
      Files.writeString(lines.path(), "a\nhal");
    }
    assertThat(target).hasContent("a");
    Files.delete(target);
    LinesFile.begin(target, false).close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatIsToBeReplacedStaysUntilTheLinesAreWhole() throws IOException {
    Files.writeString(target, "old\n");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    Path left;
    try (LinesFile lines = LinesFile.begin(target, true)) {
      write(lines, "a\n");
      left = lines.path();
    }
    assertThat(target).hasContent("old");
    assertThat(leftovers()).containsExactly(left);
    try (LinesFile lines = LinesFile.goOn(left, target, 2)) {
      write(lines, "b\n");
      lines.finish();
    }
    assertThat(target).hasContent("a\nb");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rw-------");
    assertThat(folder.toFile().list()).containsExactly("out.jsonl");
  }

  @Test
  void whatSomebodyElseMadeMeanwhileStays() throws IOException {
    try (LinesFile lines = LinesFile.begin(target, false)) {
      write(lines, "a\n");
      Files.writeString(target, "other");
      assertThatThrownBy(lines::finish)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("was made by somebody else meanwhile; the lines are in ");
    }
    assertThat(target).hasContent("other");
    assertThat(leftovers()).hasSize(1).first().asString().endsWith(".part");
    assertThat(leftovers().getFirst()).hasContent("a");
  }

  @Test
  void linesWhoseFolderVanishesAreWrittenAgain() throws IOException {
    Path gone = Files.createDirectory(folder.resolve("gone"));
    target = gone.resolve("out.jsonl");
    try (LinesFile lines = LinesFile.begin(target, true)) {
      write(lines, "a\n");
      Files.delete(lines.path());
      Files.delete(gone);
      write(lines, "b\n");
      lines.finish();
      assertThat(lines.path()).isEqualTo(target);
    }
    assertThat(target).hasContent("a\nb");
    try (LinesFile lines = LinesFile.goOn(target, target, 4)) {
      write(lines, "c\n");
      Files.delete(lines.path());
      Files.delete(gone);
    }
    assertThat(target).hasContent("a\nb\nc");
    assertThat(gone.toFile().list()).containsExactly("out.jsonl");
  }

  @Test
  void whatTookThePlaceOfOurLinesStays() throws IOException {
    Files.writeString(target, "a\n");
    try (LinesFile lines = LinesFile.goOn(target, target, 2)) {
      write(lines, "b\n");
      Files.writeString(target, "other");
      assertThatThrownBy(lines::finish)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("was made by somebody else meanwhile; the lines are in ");
    }
    assertThat(target).hasContent("other");
    assertThat(leftovers()).hasSize(1);
    assertThat(leftovers().getFirst()).hasContent("a\nb");
  }

  @Test
  void rewrittenLinesAreAsReadableAsBefore() throws IOException {
    Files.writeString(target, "b\na\n");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    AtomicFiles.write(target, out -> out.write("a\nb\n".getBytes(StandardCharsets.UTF_8)));
    assertThat(target).hasContent("a\nb");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rw-------");
    assertThat(folder.toFile().list()).containsExactly("out.jsonl");
  }

  @Test
  void linesOfTheTargetItselfAreBesideItWhileMoreAreWritten() throws IOException {
    Files.writeString(target, "a\nhal");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    try (LinesFile lines = LinesFile.goOn(target, target, 2)) {
      write(lines, "b\n");
      assertThat(target).doesNotExist();
      assertThat(leftovers()).containsExactly(lines.path());
      assertThat(lines.path()).hasContent("a\nb");
    }
    assertThat(target).hasContent("a\nb");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rw-------");
    assertThat(folder.toFile().list()).containsExactly("out.jsonl");
  }

  @Test
  void theNewestLeftoverIsTheFirst() throws IOException {
    Path old = Files.writeString(folder.resolve("out.jsonl.deed-0123456789abcdef.part"), "a\n");
    Path young = Files.writeString(folder.resolve("out.jsonl.deed-0123456789abcdee.part"), "b\n");
    Files.setLastModifiedTime(old, FileTime.fromMillis(1_000_000));
    Files.writeString(folder.resolve("other.deed-0123456789abcdef.part"), "c\n");
    assertThat(leftovers()).containsExactly(young, old);
  }

  @Test
  void placesThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> LinesFile.begin(file.resolve("out"), false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot be written (");
  }
}
