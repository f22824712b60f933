package dev.deed.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.InFlight;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Fields of pages by the shipped model: whole, alone and together, by every way of decoding. */
final class FieldReaderTest {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("deed.root")));
  private static final EncoderDecoderModel MODEL =
      EncoderDecoderModel.open(ROOT.resolve("models/receipts"), 1);
  private static final Engine ENGINE = MODEL.engine(EngineOptions.defaults().withKnee(8));
  private static final FieldReader READER = FieldReader.of(ENGINE);
  private static final GenerationOptions FULL =
      GenerationOptions.defaults().withExits(ExitSettings.full());
  private static final List<OcrWord> RECEIPT =
      page(
          "DORUNA BAKERY SDN BHD",
          "(482913-K)",
          "NO. 12, JALAN MERU 3/4,",
          "TAMAN SELAYU,",
          "43100 KUALA LUMPUR",
          "TEL: 03-4821 7719",
          "DATE: 25/12/2018 10:42 AM",
          "BREAD 2 x 3.50 7.00",
          "CAKE 1 x 12.90 12.90",
          "SUBTOTAL 19.90",
          "TOTAL 19.90",
          "CASH 20.00",
          "CHANGE 0.10");

  @AfterAll
  static void close() {
    ENGINE.close();
    MODEL.close();
  }

  /** Lines below each other. */
  private static List<OcrWord> page(String... lines) {
    List<OcrWord> page = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      page.add(new OcrWord(lines[i], 20, 20 + 30 * i, 20 + 10 * lines[i].length(), 40 + 30 * i));
    }
    return page;
  }

  private static List<OcrWord> random(Random random) {
    String[] lines = new String[1 + random.nextInt(12)];
    String letters = "AB C1 2./-:é漢";
    Arrays.setAll(
        lines,
        _ -> {
          StringBuilder line = new StringBuilder("x");
          for (int left = random.nextInt(20); left > 0; left--) {
            line.append(letters.charAt(random.nextInt(letters.length())));
          }
          return line.toString();
        });
    return page(lines);
  }

  private static PageFields read(List<OcrWord> words, GenerationOptions options) {
    return READER.read(words, 600, 900, options);
  }

  /** All but what tells of time and layers. */
  private static List<Object> told(PageFields page) {
    List<Object> told = new ArrayList<>();
    page.fields()
        .forEach(
            (name, field) -> {
              told.add(name);
              told.add(field == null ? "" : List.of(field.text(), field.words(), field.boxes()));
            });
    page.answers().forEach(answer -> told.add(answer.tokenIds()));
    return told;
  }

  @Test
  void everyTextIsARunOfWordsOnThePage() {
    Random random = new Random(3);
    for (int draw = 0; draw < 30; draw++) {
      List<OcrWord> words = random(random);
      String all = String.join(" ", words.stream().map(OcrWord::text).toList());
      String page = " " + all.replaceAll("\\s+", " ") + " ";
      for (PageField field : read(words, GenerationOptions.defaults()).fields().values()) {
        if (field != null) {
          assertThat(page).contains(" " + field.text() + " ");
          assertThat(field.words()).isNotEmpty().hasSameSizeAs(field.boxes());
        }
      }
    }
  }

  @Test
  void losslessAndBatchesGiveTheAnswersOfFullDepthAlone() {
    Random random = new Random(4);
    List<List<OcrWord>> pages = new ArrayList<>(List.of(RECEIPT));
    for (int i = 0; i < 8; i++) {
      pages.add(random(random));
    }
    List<InFlight<PageFields>> together =
        pages.stream().map(words -> READER.begin(words, 600, 900, FULL)).toList();
    GenerationOptions lossless = FULL.withExits(MODEL.ownExits().with(ExitSetting.LOSSLESS, true));
    for (int i = 0; i < pages.size(); i++) {
      List<Object> alone = told(read(pages.get(i), FULL));
      assertThat(told(together.get(i).await())).isEqualTo(alone);
      assertThat(told(read(pages.get(i), lossless))).isEqualTo(alone);
    }
  }

  @Test
  void beamsStayOnThePage() {
    PageFields fields = read(RECEIPT, FULL.withBeams(3));

    assertThat(fields.fields()).containsOnlyKeys("company", "date", "address", "total");
    fields.fields().values().stream()
        .filter(Objects::nonNull)
        .forEach(
            field ->
                assertThat(String.join(" ", RECEIPT.stream().map(OcrWord::text).toList()))
                    .contains(field.text()));
  }

  @Test
  void theOrderOfTheWordsDoesNotMatter() {
    List<OcrWord> shuffled = new ArrayList<>(RECEIPT);
    Collections.shuffle(shuffled, new Random(5));
    PageFields plain = read(RECEIPT, FULL);
    PageFields other = read(shuffled, FULL);

    plain
        .fields()
        .forEach(
            (name, field) -> {
              assertThat(other.text(name)).isEqualTo(field == null ? null : field.text());
              if (field != null) {
                PageField moved = Objects.requireNonNull(other.fields().get(name));
                assertThat(moved.words().stream().map(shuffled::get))
                    .isEqualTo(field.words().stream().map(RECEIPT::get).toList());
              }
            });
  }

  @Test
  void forcedTokensTakeNoLayer() {
    PageFields fields = read(RECEIPT, GenerationOptions.defaults());

    assertThat(fields.answers()).anySatisfy(answer -> assertThat(answer.exitLayers()).contains(0));
  }

  @Test
  void badPagesAreRefusedInOneLine() {
    refused(List.of(), 600, 900, "words", "hold no text");
    refused(page("  "), 600, 900, "words", "hold no text");
    refused(RECEIPT, 0, 900, "width", "0×900");
    refused(RECEIPT, 600, 1 << 21, "width", "600×2097152");
    refused(List.of(new OcrWord("a", 5, 5, 4, 6)), 9, 9, "words[0].box", "is none");
    refused(List.of(new OcrWord("a", Double.NaN, 5, 6, 6)), 9, 9, "words[0].box", "is none");
    refused(List.of(new OcrWord("a", 50, 5, 60, 6)), 9, 9, "words[0].box", "is none");
    refused(List.of(new OcrWord("a", -9, 5, -1, 6)), 9, 9, "words[0].box", "is none");
    refused(Collections.nCopies(1_000_000, RECEIPT.getFirst()), 600, 900, "words", "are 1000000");
    refused(page("a ".repeat(20_000)), 1 << 20, 900, "words", "are more than");
  }

  private static void refused(
      List<OcrWord> words, int width, int height, String field, String why) {
    assertThatThrownBy(() -> READER.read(words, width, height, FULL))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(field)
        .hasMessageContaining(why);
  }

  @Test
  void aLanguageOfItsOwnIsRefused() {
    assertThatThrownBy(
            () -> read(RECEIPT, FULL.withConstraint(dev.deed.Constraint.regex("[a-z]+"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("structured_outputs");
  }

  @Test
  void aModelWithoutFieldsIsRefused() {
    try (EncoderDecoderModel values = EncoderDecoderModel.open(ROOT.resolve("models/values"), 1);
        Engine engine = values.engine(EngineOptions.defaults())) {
      assertThatThrownBy(() -> FieldReader.of(engine))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("says no fields");
      assertThat(FieldReader.isFor(values)).isFalse();
    }
  }
}
