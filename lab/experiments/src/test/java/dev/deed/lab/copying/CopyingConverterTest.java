package dev.deed.lab.copying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.lab.datasets.ConversionProgress;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyingConverterTest {
  private static final ConversionProgress SILENT = (done, total) -> {};

  @TempDir Path temporary = Path.of("");
  private Path from = Path.of("");
  private Path to = Path.of("");

  /** Pages of eight lines; their words tell which part they are of, their marks stay. */
  @BeforeEach
  void makePages() throws IOException {
    from = Files.createDirectory(temporary.resolve("fields"));
    to = temporary.resolve("copying");
    for (String part : List.of("train", "val")) {
      List<String> lines = new ArrayList<>();
      String mark = part.equals("train") ? "<" : ">";
      for (int page = 0; page < 3; page++) {
        List<String> ocr = new ArrayList<>();
        for (int line = 0; line < 8; line++) {
          ocr.add(
              "{\"text\": \"%s%d%d word tail\", \"box\": [0, %d, 90, %d]}"
                  .formatted(mark, page, line, 20 * line, 20 * line + 10));
        }
        String all = String.join(", ", ocr);
        lines.add(
            "{\"prompt\": \"a\", \"ocr\": [%s], \"width\": 100, \"height\": 200}".formatted(all));
        lines.add(
            "{\"prompt\": \"b\", \"ocr\": [%s], \"width\": 100, \"height\": 200}".formatted(all));
      }
      Files.write(from.resolve(part + ".jsonl"), lines);
    }
    Files.writeString(from.resolve("test.jsonl"), "never opened");
  }

  private List<InputLine> read(Path folder, String part) {
    List<InputLine> examples = new ArrayList<>();
    try (InputReader reader = InputReader.open(folder.resolve(part + ".jsonl"))) {
      while (reader.nextExample() instanceof InputLine example) {
        examples.add(example);
      }
    }
    return examples;
  }

  @Test
  void partsKeepToTheirPages() {
    List<Long> heard = new ArrayList<>();
    CopyingConverter.Summary summary =
        new CopyingConverter(300, 50, 1, 0, 5).convert(from, to, (done, total) -> heard.add(total));
    assertThat(heard).hasSize(350).containsOnly(350L);
    assertThat(summary.pages()).isEqualTo(6);
    assertThat(summary.madeUp()).isZero();
    assertThat(summary.examples().values()).containsExactly(300L, 50L);
    assertThat(summary.tasks().values().stream().mapToLong(n -> n).sum()).isEqualTo(350);
    assertThat(read(to, "train")).hasSize(300);
    for (String part : List.of("train", "val")) {
      for (InputLine example : read(to, part)) {
        assertThat(example.ocr()).hasSize(5);
        assertThat(example.ocr().getFirst().text()).startsWith(part.equals("train") ? "<" : ">");
      }
    }
    assertThat(to.resolve("test.jsonl")).doesNotExist();
  }

  @Test
  void theSeedDecides() throws IOException {
    for (String name : List.of("a", "b")) {
      new CopyingConverter(100, 20, 3, 0.5, 36).convert(from, temporary.resolve(name), SILENT);
    }
    new CopyingConverter(100, 20, 4, 0.5, 36).convert(from, temporary.resolve("c"), SILENT);
    for (String part : List.of("train.jsonl", "val.jsonl")) {
      String text = Files.readString(temporary.resolve("a").resolve(part));
      assertThat(Files.readString(temporary.resolve("b").resolve(part))).isEqualTo(text);
      assertThat(Files.readString(temporary.resolve("c").resolve(part))).isNotEqualTo(text);
    }
  }

  @Test
  void madeUpReceiptsNeedNoData() {
    CopyingConverter.Summary summary =
        new CopyingConverter(400, 100, 3, 1, 36).convert(temporary.resolve("none"), to, SILENT);
    assertThat(summary.madeUp()).isEqualTo(500);
    assertThat(summary.tasks().values()).allMatch(count -> count > 10);
    Set<String> prompts = new HashSet<>();
    for (InputLine example : read(to, "train")) {
      prompts.add(String.valueOf(example.prompt()));
      assertThat(example.ocr()).hasSizeBetween(5, 36);
      assertThat(PageQuestions.isAnswer(example.targets().getFirst())).isTrue();
    }
    assertThat(prompts)
        .contains("what is the company?", "what is the date?", "what is the address?")
        .contains("what is the total?");
  }

  @Test
  void whatCannotBeMade() throws IOException {
    CopyingConverter converter = new CopyingConverter(10, 5, 1, 0, 36);
    for (String[] bad :
        new String[][] {
          {"{\"prompt\": \"a\"}", "val.jsonl, line 1: has no ocr"},
          {"{\"ocr\": [{\"text\": \"a\", \"box\": [0, 0, 1, 1]}]}", "no width"},
          {"", "holds no pages"},
          {
            "{\"ocr\": [{\"text\": \"%s\", \"box\": [0, 0, 1, 1]}], \"width\": 9, \"height\": 9}"
                .formatted("1".repeat(99)),
            "nothing that can be asked"
          },
        }) {
      Files.writeString(from.resolve("val.jsonl"), bad[0]);
      assertThatThrownBy(() -> converter.convert(from, to, SILENT))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(bad[1]);
    }
    for (Runnable bad :
        List.<Runnable>of(
            () -> new CopyingConverter(0, 1, 1, 0, 36),
            () -> new CopyingConverter(5, 6, 1, 0, 36),
            () -> new CopyingConverter(5, 5, 1, Double.NaN, 36),
            () -> new CopyingConverter(5, 5, 1, 1.1, 36),
            () -> new CopyingConverter(5, 5, 1, 0, 4))) {
      assertThatThrownBy(bad::run).isInstanceOf(InputException.class);
    }
    assertThatThrownBy(
            () ->
                new CopyingConverter(10, 5, 1, 1, 36)
                    .convert(from, to, (done, total) -> Thread.currentThread().interrupt()))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(to).doesNotExist();
    assertThat(temporary).isDirectoryNotContaining("glob:**.part");
  }
}
