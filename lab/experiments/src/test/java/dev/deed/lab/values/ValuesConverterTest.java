package dev.deed.lab.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.lab.values.PrintedValue.Kind;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Made values: every language prints every kind, targets have one form, parts share no prompt. */
final class ValuesConverterTest {
  private static final Pattern TARGET =
      Pattern.compile(
          "none|(?:(?:; )?(?:date \\d{4}-\\d\\d-\\d\\d|time \\d\\d:\\d\\d"
              + "|amount -?\\d+(?:\\.\\d\\d)? [A-Z]{3}|quantity \\d+(?:\\.\\d+)? \\S+"
              + "|number \\d+(?:\\.\\d+)?))+");

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(ValueLanguage.class)
  void everyLanguagePrintsEveryKind(ValueLanguage language) {
    ValuePrinter printer = new ValuePrinter(language);
    SplittableRandom random = new SplittableRandom(3);
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < 200; i++) {
        PrintedValue value = printer.draw(kind, random);
        assertThat(value.printed()).isNotBlank().doesNotContain("\u00ad");
        assertThat(value.target()).matches(TARGET);
      }
    }
  }

  @Test
  void aDayIsPrintedByItsLanguage() {
    List<String> printed = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    ValuePrinter german = new ValuePrinter(ValueLanguage.GERMAN);
    for (int i = 0; i < 300; i++) {
      PrintedValue value = german.draw(Kind.DATE, random);
      if (value.canonical().substring(5).startsWith("03-")) {
        printed.add(value.printed());
      }
    }
    assertThat(printed).anyMatch(text -> text.contains("März"));
  }

  /** Not {@code $3.2B} alone, which ICU prints of a currency however long the notation. */
  @ParameterizedTest
  @CsvSource({
    "AMERICAN,billion", "BRITISH,billion", "GERMAN,Milliarden", "FRENCH,milliards de",
    "SPANISH,mil millones de", "ITALIAN,miliardi di", "DUTCH,miljard", "PORTUGUESE,mil milhões de"
  })
  void billionsOfMoneyAreWords(ValueLanguage language, String billions) {
    ValuePrinter printer = new ValuePrinter(language);
    SplittableRandom random = new SplittableRandom(2);
    List<PrintedValue> words = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      PrintedValue value = printer.drawLargeAmount(random);
      assertThat(value.target()).matches(TARGET);
      if (value.printed().contains(billions)) {
        words.add(value);
      }
    }
    assertThat(words).isNotEmpty().allMatch(value -> value.canonical().matches("\\d{10,12}\\b.*"));
  }

  @ParameterizedTest
  @EnumSource(ValueLanguage.class)
  void percentagesStandWithASpaceAndWithout(ValueLanguage language) {
    ValuePrinter printer = new ValuePrinter(language);
    SplittableRandom random = new SplittableRandom(2);
    List<String> printed = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      PrintedValue value = printer.drawPercentage(random);
      assertThat(value.canonical()).endsWith(" %");
      printed.add(value.printed());
    }
    assertThat(printed)
        .anyMatch(text -> text.endsWith(" %"))
        .anyMatch(text -> text.matches(".*\\d%"));
  }

  @Test
  void everyPhraseIsFilledAndCodesAreNoValues() {
    ValueTexts texts = new ValueTexts();
    SplittableRandom random = new SplittableRandom(4);
    List<ValueTexts.ValueExample> codes = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      ValueTexts.ValueExample example = texts.draw(random);
      assertThat(example.prompt()).doesNotContain("{");
      assertThat(example.target()).matches(TARGET);
      if (example.target().equals("none") && example.prompt().matches(".*\\d.*")) {
        codes.add(example);
      }
    }
    assertThat(codes).isNotEmpty();
  }

  @Test
  void partsShareNoPromptAndAreTheSameAgain() throws IOException {
    ValuesConverter converter = new ValuesConverter(300, 40, 40, 5);
    converter.convert(folder.resolve("a"), (done, all) -> {});
    converter.convert(folder.resolve("b"), (done, all) -> {});
    List<String> heldOut = new ArrayList<>();
    for (String part : List.of("test", "val", "train")) {
      List<String> lines = Files.readAllLines(folder.resolve("a").resolve(part + ".jsonl"));
      assertThat(lines)
          .hasSize(part.equals("train") ? 300 : 40)
          .isEqualTo(Files.readAllLines(folder.resolve("b").resolve(part + ".jsonl")));
      for (String line : lines) {
        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(json.get("target").asText()).matches(TARGET);
        assertThat(json.get("prompt").asText()).matches("(?s)[a-zA-Z-]+: .+");
        assertThat(heldOut).doesNotContain(json.get("prompt").asText());
        if (!part.equals("train")) {
          heldOut.add(json.get("prompt").asText());
        }
      }
    }
  }

  @Test
  void aCountOutOfRangeIsRefused() {
    assertThatThrownBy(() -> new ValuesConverter(0, 1, 0, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("count: is 0");
  }
}
