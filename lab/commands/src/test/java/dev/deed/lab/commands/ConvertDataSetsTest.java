package dev.deed.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.cli.DeedRun;
import dev.deed.lab.rendering.PngWriter;
import dev.deed.processing.picture.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deed convert sroie}, {@code copying}, {@code text-lines}, {@code formulas}, {@code pages},
 * {@code prompt}.
 */
final class ConvertDataSetsTest {
  @TempDir Path folder = Path.of("");
  private Path source = Path.of("");

  @BeforeEach
  void makeReceipts() throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
    byte[] rgb = new byte[3 * 90 * 50];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3 % 7 * 30);
    }
    Files.write(source.resolve("a.png"), PngWriter.encode(new Picture(90, 50, rgb)));
    String receipt =
        "{\"id\": \"a\", \"image\": \"a.png\", \"width\": 90, \"height\": 50, \"lines\": ["
            + "{\"text\": \"THE SHOP\", \"box\": [5, 5, 80, 17]},"
            + "{\"text\": \"TOTAL 3.00\", \"box\": [5, 25, 80, 37]},"
            + "{\"text\": \"THANK YOU\", \"box\": [5, 40, 80, 44]}],"
            + " \"fields\": {\"company\": \"THE SHOP\", \"total\": \"3.00\"}}";
    for (String part : List.of("train", "val")) {
      Files.write(source.resolve(part + ".jsonl"), List.of(receipt));
    }
  }

  @Test
  void madeUpTextLines() throws IOException {
    Path lines = folder.resolve("lines");
    DeedRun run =
        DeedRun.of("convert", "text-lines", lines, "--count", 3, "--font", "Serif", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(new ObjectMapper().readTree(run.out()).path("train").asInt()).isEqualTo(3);
    assertThat(lines.resolve("train.jsonl")).exists();
    assertThat(lines.resolve("val.jsonl")).doesNotExist();
    Path prints = folder.resolve("prints");
    run =
        DeedRun.of(
            "convert", "text-lines", prints, "--style", "prints", "--count", 3, "--val-count", 2);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("3 train, 2 val");
    assertThat(Files.readAllLines(prints.resolve("val.jsonl"))).hasSize(2);
    DeedRun.of("convert", "text-lines", folder.resolve("more"), "--count", 3, "--font", "Nosuch")
        .assertOneLine(2, "font Nosuch");
    DeedRun.of("convert", "text-lines", folder.resolve("more"), "--count", 3, "--height", 3)
        .assertOneLine(2, "height of the crops");
  }

  @Test
  void madeUpFormulas() throws IOException {
    Path formulas = folder.resolve("formulas");
    DeedRun run =
        DeedRun.of(
            "convert", "formulas", formulas, "--count", 4, "--val-count", 3, "--test-count", 2);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("4 train, 3 val, 2 test");
    assertThat(formulas.resolve("test.jsonl")).exists();
    Path few = folder.resolve("few");
    run =
        DeedRun.of(
            "convert",
            "formulas",
            few,
            "--count",
            4,
            "--val-count",
            3,
            "--test-count",
            0,
            "--most-tokens",
            12,
            "--everyday",
            "--exclude",
            formulas.resolve("test.jsonl"),
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("train").asInt()).isEqualTo(4);
    assertThat(json.has("test")).isFalse();
    DeedRun.of("convert", "formulas", folder.resolve("more"), "--count", 0)
        .assertOneLine(2, "count");
    DeedRun.of("convert", "formulas", folder.resolve("more"), "--count", 1, "--most-tokens", 65)
        .assertOneLine(2, "tokens of a formula");
  }

  @Test
  void madeUpPages() throws IOException {
    Path pages = folder.resolve("pages");
    DeedRun run =
        DeedRun.of(
            "convert", "pages", pages, "--task", "both", "--count", 5, "--bins", 100, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("train").asInt()).isBetween(5 * 3, 5 * 6);
    assertThat(json.path("val").asInt()).isBetween(5 * 2, 5 * 5);
    assertThat(json.path("test-new").asInt()).isPositive();
    assertThat(pages.resolve("test-new.jsonl")).exists();
    Path asked = folder.resolve("asked");
    run =
        DeedRun.of(
            "convert",
            "pages",
            asked,
            "--task",
            "refer",
            "--count",
            2,
            "--questions",
            1,
            "--val-count",
            1,
            "--test-count",
            0,
            "--decoder-prompt");
    assertThat(run.out()).contains("2 train, 1 val").doesNotContain("test");
    assertThat(Files.readAllLines(asked.resolve("train.jsonl")))
        .allMatch(line -> line.contains("\"decoder_prompt\":\"where is the "));
    Path more = folder.resolve("more");
    DeedRun.of("convert", "pages", more, "--count", 5).assertOneLine(2, "--task");
    DeedRun.of("convert", "pages", more, "--task", "point", "--count", 5)
        .assertOneLine(2, "--task");
    DeedRun.of("convert", "pages", more, "--task", "refer", "--count", 5, "--bins", 8)
        .assertOneLine(2, "bins");
    DeedRun.of("convert", "pages", more, "--task", "refer", "--count", 5, "--questions", 0)
        .assertOneLine(2, "questions");
    DeedRun.of("convert", "pages", more, "--task", "list", "--count", 5, "--questions", 2)
        .assertOneLine(2, "--questions");
    DeedRun.of("convert", "pages", more, "--task", "refer", "--count", 5, "--font", "Nosuch")
        .assertOneLine(2, "font Nosuch");
  }

  @Test
  void receiptsBecomeQuestionsAndThesePagesToCopyFrom() throws IOException {
    Path fields = folder.resolve("fields");
    DeedRun run = DeedRun.of("convert", "sroie", source, fields, "--task", "fields");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("2 train, 2 val").contains("left out: 4 empty fields");

    Path copying = folder.resolve("copying");
    run = DeedRun.of("convert", "copying", fields, copying, "--count", 20, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("train").asInt()).isEqualTo(20);
    assertThat(json.path("val").asInt()).isEqualTo(20);
    assertThat(json.path("pages").asInt()).isEqualTo(2);
    assertThat(json.path("tasks").size()).isEqualTo(7);
    run = DeedRun.of("convert", "copying", fields, folder.resolve("more"), "--count", 9);
    assertThat(run.out()).contains("9 train, 9 val").contains("2 real pages").contains(" field");

    Path prompted = folder.resolve("prompted");
    DeedRun.of("convert", "prompt", fields, prompted, "--prompt", "read")
        .assertOneLine(2, "has a prompt already", "--replace");
    run = DeedRun.of("convert", "prompt", fields, prompted, "--prompt", "read", "--replace");
    assertThat(run.out()).contains("2 train, 2 val").contains("replaced: 4 other prompts");
    assertThat(Files.readAllLines(prompted.resolve("val.jsonl")))
        .hasSize(2)
        .allMatch(line -> line.contains("\"prompt\":\"read\""));
  }

  @Test
  void receiptsBecomePicturesOfLines() throws IOException {
    Path lines = folder.resolve("lines");
    DeedRun run =
        DeedRun.of(
            "convert",
            "sroie",
            source,
            lines,
            "--task",
            "lines",
            "--height",
            16,
            "--largest-width",
            80);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("2 train, 2 val").contains("left out: 2 lines");
    Path prompted = folder.resolve("prompted");
    run =
        DeedRun.of("convert", "prompt", lines, prompted, "--prompt", "read it", "--copy", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(new ObjectMapper().readTree(run.out()).path("replaced").asInt()).isZero();
    assertThat(prompted.resolve("pictures/000004.png")).exists();
  }

  @Test
  void conversionsThatCannotBe() throws IOException {
    Path target = folder.resolve("target");
    DeedRun.of("convert", "sroie", source, target).assertOneLine(2, "--task");
    DeedRun.of("convert", "sroie", source, target, "--task", "words").assertOneLine(2, "--task");
    DeedRun.of("convert", "sroie", source, target, "--task", "fields", "--height", 32)
        .assertOneLine(2, "--height");
    DeedRun.of("convert", "sroie", source, target, "--task", "lines", "--images")
        .assertOneLine(2, "--images");
    DeedRun.of("convert", "sroie", source, target, "--task", "lines", "--height", 4)
        .assertOneLine(2, "height of the crops");
    DeedRun.of("convert", "sroie", folder, target, "--task", "lines")
        .assertOneLine(2, "holds no train.jsonl");
    DeedRun.of("convert", "copying", source, target, "--count", 5).assertOneLine(2, "has no ocr");
    DeedRun.of("convert", "copying", source, target).assertOneLine(2, "--count");
    DeedRun.of("convert", "copying", source, target, "--count", 5, "--made-up-share", 2)
        .assertOneLine(2, "share of made-up");
    DeedRun.of("convert", "prompt", source, target).assertOneLine(2, "--prompt");
    DeedRun.of("convert", "prompt", source, target, "--replace").assertOneLine(2, "--prompt");
    DeedRun.of("convert", "prompt", source, target, "--prompt", "").assertOneLine(2, "is empty");
    assertThat(target).doesNotExist();
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }
}
