package dev.deed.lab.rendering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.lab.datasets.ConversionProgress;
import dev.deed.lab.datasets.LineCrop;
import dev.deed.lab.rendering.TextLineConverter.Style;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextLineConverterTest {
  private static final ConversionProgress SILENT = (done, total) -> {};
  private static final TextLengths ANY = new TextLengths(1, 200);
  private static final LineCrop CROP = new LineCrop(32, 300, true);

  @TempDir Path temporary = Path.of("");

  private static List<Font> fonts() {
    return LineFonts.named(List.of("Monospaced", "SansSerif"));
  }

  private static TextLineConverter of(int count, long seed) {
    return new TextLineConverter(Style.RECEIPTS, ANY, count, 0, seed, fonts(), CROP);
  }

  private static TextLineConverter prints(int count, int validation, long seed) {
    return new TextLineConverter(Style.PRINTS, ANY, count, validation, seed, fonts(), CROP);
  }

  private static List<InputLine> read(Path folder) {
    return read(folder, "train");
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

  @Test
  void picturesAreGreyOfOneHeightAndShowSomething() {
    Path to = temporary.resolve("made");
    List<Long> heard = new ArrayList<>();
    of(60, 1).convert(List.of(), to, (done, total) -> heard.add(done));
    assertThat(heard).hasSize(60).endsWith(60L);
    Set<Integer> widths = new HashSet<>();
    for (InputLine example : read(to)) {
      Path file = Objects.requireNonNull(example.image());
      assertThat(example.targets()).singleElement().asString().isNotBlank();
      Picture picture = new PictureReader().read(file);
      assertThat(picture.height()).isEqualTo(32);
      assertThat(picture.width()).isLessThanOrEqualTo(300);
      assertThat(picture.isBlank()).isFalse();
      widths.add(picture.width());
    }
    assertThat(widths).hasSizeGreaterThan(10);
  }

  @Test
  void printsHaveAPartForValidation() {
    Path to = temporary.resolve("made");
    List<Long> heard = new ArrayList<>();
    prints(40, 20, 1).convert(List.of(), to, (done, total) -> heard.add(10 * total + done));
    assertThat(heard).hasSize(60).startsWith(601L).endsWith(660L);
    List<InputLine> train = read(to);
    List<InputLine> val = read(to, "val");
    assertThat(train).hasSize(40);
    assertThat(val).hasSize(20);
    Set<String> ids = new HashSet<>();
    for (InputLine example : val) {
      Path file = Objects.requireNonNull(example.image());
      assertThat(new PictureReader().read(file).height()).isEqualTo(32);
      ids.add(String.valueOf(example.id()));
    }
    train.forEach(example -> ids.add(String.valueOf(example.id())));
    assertThat(ids).hasSize(60);
  }

  @Test
  void longTextsCanBeLeftOut() {
    for (Style style : Style.values()) {
      Path to = temporary.resolve("short-" + style);
      new TextLineConverter(style, new TextLengths(1, 8), 40, 0, 1, fonts(), CROP)
          .convert(List.of(), to, SILENT);
      assertThat(read(to))
          .allMatch(example -> example.targets().getFirst().length() <= 8)
          .anyMatch(example -> example.targets().getFirst().length() > 5);
    }
    assertThatThrownBy(() -> new TextLengths(1, 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("most characters");
  }

  @Test
  void shortTextsCanBeLeftOut() {
    for (Style style : Style.values()) {
      Path to = temporary.resolve("long-" + style);
      new TextLineConverter(style, new TextLengths(24, 200), 40, 0, 1, fonts(), CROP)
          .convert(List.of(), to, SILENT);
      assertThat(read(to)).allMatch(example -> example.targets().getFirst().length() >= 24);
    }
    assertThatThrownBy(() -> new TextLengths(9, 8))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("least characters")
        .hasMessageContaining("1 to 8");
    assertThatThrownBy(() -> new TextLengths(41, 200))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("1 to 40");
  }

  @Test
  void theSeedDecides() throws IOException {
    List<byte[]> pictures = new ArrayList<>();
    List<List<String>> targets = new ArrayList<>();
    for (long seed : new long[] {1, 1, 2}) {
      Path to = temporary.resolve("made-" + pictures.size());
      of(3, seed).convert(List.of(), to, SILENT);
      pictures.add(Files.readAllBytes(to.resolve("train/00/000002.png")));
      targets.add(read(to).stream().map(example -> example.targets().getFirst()).toList());
    }
    assertThat(pictures.get(1)).isEqualTo(pictures.get(0)).isNotEqualTo(pictures.get(2));
    assertThat(targets.get(1)).isEqualTo(targets.get(0)).isNotEqualTo(targets.get(2));
  }

  @Test
  void halfOfTheTextsAreRealOnesDisguised() throws IOException {
    Path texts = temporary.resolve("texts.jsonl");
    // The last is no line: its picture would take gigabytes.
    List<String> targets = List.of("<ABCDE/77>", "   ", "<FGH/1>", "<" + "A".repeat(100_000) + ">");
    Files.write(
        texts, targets.stream().map(target -> "{\"target\": \"%s\"}".formatted(target)).toList());
    Path to = temporary.resolve("made");
    of(200, 1).convert(List.of(texts), to, SILENT);
    List<String> real =
        read(to).stream()
            .map(example -> example.targets().getFirst())
            .filter(target -> target.startsWith("<"))
            .toList();
    assertThat(real).hasSizeBetween(60, 140).allMatch(text -> text.matches("<[A-Z]{3,5}/\\d+>"));
    assertThat(new HashSet<>(real)).hasSizeGreaterThan(20);
  }

  @Test
  void capitalsArePrintedSmallNowAndThen() {
    Set<String> printed = new HashSet<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100; i++) {
      printed.add(LineRenderer.printed("TOTAL (RM) 5", random));
    }
    assertThat(printed).containsExactlyInAnyOrder("TOTAL (RM) 5", "total (rm) 5", "Total (rm) 5");
  }

  @Test
  void whatCannotBeIsSaidInOneLine() throws IOException {
    assertThatThrownBy(() -> LineFonts.named(List.of("No Such Family")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("font No Such Family");
    Path file = Files.writeString(temporary.resolve("broken.ttf"), "no font");
    assertThatThrownBy(() -> LineFonts.named(List.of(file.toString())))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is no font");
    assertThatThrownBy(() -> of(0, 1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new TextLineConverter(Style.PRINTS, ANY, 1, 0, 1, List.of(), CROP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("fonts");
    assertThatThrownBy(() -> prints(1, -1, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("validation");
    Path texts = Files.writeString(temporary.resolve("texts.jsonl"), "{\"id\": 1}\n");
    Path to = temporary.resolve("made");
    assertThatThrownBy(() -> of(1, 1).convert(List.of(texts), to, SILENT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("hold no text");
    assertThatThrownBy(() -> prints(1, 0, 1).convert(List.of(texts), to, SILENT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("belong to receipts");
    assertThat(to).doesNotExist();
  }

  @Test
  void interruptingStopsItAndLeavesNothing() {
    Path to = temporary.resolve("made");
    assertThatThrownBy(
            () ->
                of(100, 1)
                    .convert(List.of(), to, (done, total) -> Thread.currentThread().interrupt()))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(to).doesNotExist();
  }
}
