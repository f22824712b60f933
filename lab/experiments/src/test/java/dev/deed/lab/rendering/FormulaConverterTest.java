package dev.deed.lab.rendering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.lab.datasets.ConversionProgress;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormulaConverterTest {
  private static final ConversionProgress SILENT = (done, total) -> {};

  @TempDir Path temporary = Path.of("");

  private Path made(String name, int count, long seed) {
    Path to = temporary.resolve(name);
    new FormulaConverter(count, 20, 30, 64, false, seed).convert(List.of(), to, SILENT);
    return to;
  }

  private static List<InputLine> read(Path folder, String part) {
    List<InputLine> examples = new ArrayList<>();
    try (InputReader reader = InputReader.open(folder.resolve(part + ".jsonl"))) {
      while (reader.nextExample() instanceof InputLine example) {
        examples.add(example);
      }
    }
    return examples;
  }

  private static List<String> targets(Path folder, String part) {
    return read(folder, part).stream().map(example -> example.targets().getFirst()).toList();
  }

  @Test
  void picturesFitTheModelAndNoFormulaIsThereTwice() {
    List<Long> heard = new ArrayList<>();
    Path to = temporary.resolve("made");
    new FormulaConverter(150, 20, 30, 64, false, 1)
        .convert(List.of(), to, (done, total) -> heard.add(done));
    assertThat(heard).hasSize(200).endsWith(200L);
    Set<String> drawn = new HashSet<>();
    Set<Integer> widths = new HashSet<>();
    for (String part : List.of("train", "val", "test")) {
      for (InputLine example : read(to, part)) {
        String target = example.targets().getFirst();
        assertThat(drawn.add(target)).as(target).isTrue();
        assertThat(target.split(" ")).hasSizeBetween(3, 64);
        Picture picture = new PictureReader().read(Objects.requireNonNull(example.image()));
        assertThat(picture.height()).isBetween(8, 64);
        assertThat(picture.width()).isBetween(8, 448);
        assertThat(picture.isBlank()).isFalse();
        widths.add(picture.width());
      }
    }
    assertThat(drawn).hasSize(200);
    assertThat(widths).hasSizeGreaterThan(50);
  }

  @Test
  void theSeedDecidesAllBytes() throws IOException {
    Path first = made("first", 10, 1);
    Path again = made("again", 10, 1);
    List<Path> files;
    try (Stream<Path> walk = Files.walk(first)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    assertThat(files).hasSize(63);
    for (Path file : files) {
      assertThat(again.resolve(first.relativize(file))).hasSameBinaryContentAs(file);
    }
    assertThat(targets(made("other", 10, 2), "test")).isNotEqualTo(targets(first, "test"));
  }

  @Test
  void heldOutFormulasAreTheSameHoweverManyAreTrainedOn() throws IOException {
    Path few = made("few", 3, 5);
    Path more = made("more", 12, 5);
    for (String part : List.of("val.jsonl", "test.jsonl", "test/00/000029.png")) {
      assertThat(more.resolve(part)).hasSameBinaryContentAs(few.resolve(part));
    }
    assertThat(targets(more, "train").subList(0, 3)).isEqualTo(targets(few, "train"));
  }

  @Test
  void countsOutOfRangeAreSaidInOneLine() {
    assertThatThrownBy(() -> new FormulaConverter(0, 1, 1, 64, false, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("count");
    assertThatThrownBy(() -> new FormulaConverter(1, 0, 1, 64, false, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("validation examples");
    assertThatThrownBy(() -> new FormulaConverter(1, 1, 100_001, 64, false, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("test examples");
    assertThatThrownBy(() -> new FormulaConverter(1, 1, 1, 65, false, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("tokens of a formula");
  }

  @Test
  void shortOnesAloneAndNoneOfAnotherSet() {
    Path other = made("other", 40, 3);
    Path to = temporary.resolve("short");
    new FormulaConverter(60, 20, 0, 12, false, 3)
        .convert(List.of(other.resolve("test.jsonl"), other.resolve("val.jsonl")), to, SILENT);
    assertThat(to.resolve("test.jsonl")).doesNotExist();
    List<String> held = new ArrayList<>(targets(other, "test"));
    held.addAll(targets(other, "val"));
    assertThat(held).anyMatch(target -> target.split(" ").length <= 12);
    assertThat(targets(to, "train"))
        .hasSize(60)
        .doesNotContainAnyElementsOf(held)
        .allMatch(target -> target.split(" ").length <= 12);
  }

  @Test
  void everydayFormulasAreDrawnFromPatterns() {
    Path to = temporary.resolve("everyday");
    new FormulaConverter(80, 1, 0, 64, true, 1).convert(List.of(), to, SILENT);
    assertThat(targets(to, "train"))
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(targets(made("drawn", 80, 1), "train"))
        .anyMatch(target -> target.contains("\\lim _ {"));
  }

  @Test
  void interruptingStopsItAndLeavesNothing() {
    Path to = temporary.resolve("made");
    assertThatThrownBy(
            () ->
                new FormulaConverter(100, 1, 1, 64, false, 1)
                    .convert(List.of(), to, (done, total) -> Thread.currentThread().interrupt()))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(to).doesNotExist();
  }
}
