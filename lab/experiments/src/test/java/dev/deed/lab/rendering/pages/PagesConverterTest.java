package dev.deed.lab.rendering.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.lab.datasets.ConversionProgress;
import dev.deed.lab.rendering.LineFonts;
import dev.deed.lab.rendering.pages.PagesConverter.Task;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesConverterTest {
  private static final ConversionProgress SILENT = (done, total) -> {};

  /** Pairs that nothing but the new pages of the test may name. */
  private static final Pattern HELD_OUT =
      Pattern.compile(
          "purple buttons?|orange check box(es)?|blue stars?|green circles?|pink triangles?"
              + "|black badges?|red bars?");

  @TempDir Path temporary = Path.of("");

  private static PagesConverter of(Task task, int pages, int others, boolean decoder, long seed) {
    return new PagesConverter(
        task,
        new PagesConverter.Pages(pages, others, others, 0),
        4,
        new LocationTokens(64),
        decoder,
        seed,
        LineFonts.named(List.of("SansSerif", "Serif")));
  }

  private static List<InputLine> read(Path file) {
    List<InputLine> examples = new ArrayList<>();
    try (InputReader reader = InputReader.open(file)) {
      while (reader.nextExample() instanceof InputLine example) {
        examples.add(example);
      }
    }
    return examples;
  }

  private static String id(InputLine example) {
    return Objects.requireNonNull(example.id()).asText();
  }

  private static String question(InputLine example) {
    return Objects.requireNonNull(example.prompt());
  }

  @Test
  void partsShareNoPageAndNewPairsAreInTheTestAlone() throws IOException {
    Path to = temporary.resolve("pages");
    Map<String, Long> written = of(Task.BOTH, 60, 24, false, 1).convert(to, SILENT);
    assertThat(written).containsOnlyKeys("train", "val", "test", "test-new");
    Map<Integer, Path> pictures = new HashMap<>();
    Set<String> learnt = new HashSet<>();
    for (String part : List.of("train", "val", "test")) {
      List<InputLine> examples = read(to.resolve(part + ".jsonl"));
      assertThat(written).containsEntry(part, (long) examples.size());
      assertThat(examples).extracting(PagesConverterTest::id).doesNotHaveDuplicates();
      for (InputLine example : examples) {
        Path image = Objects.requireNonNull(example.image());
        Picture picture = new PictureReader().read(image);
        assertThat(picture.width()).isEqualTo(256);
        assertThat(picture.height()).isEqualTo(256);
        assertThat(pictures.merge(Arrays.hashCode(picture.rgb()), image, (a, b) -> a))
            .isEqualTo(image);
        boolean caption = id(example).contains("-caption");
        String said = caption ? String.join(" ", example.targets()) : question(example);
        boolean names = HELD_OUT.matcher(said).find();
        assertThat(names).as(id(example) + said).isEqualTo(id(example).startsWith("new-"));
        assertThat(example.targets()).hasSize(caption && !part.equals("train") ? 5 : 1);
        assertThat(new HashSet<>(example.targets())).hasSameSizeAs(example.targets());
        if (!caption) {
          assertThat(example.targets().getFirst())
              .matches("<bin_\\d+> <bin_\\d+> <bin_\\d+> <bin_\\d+>");
        }
        List<String> words = List.of(said.split(" "));
        if (part.equals("train")) {
          learnt.addAll(words);
        }
      }
      assertThat(examples)
          .extracting(example -> id(example).split("-")[0])
          .containsOnly(part.equals("test") ? new String[] {"seen", "new"} : new String[] {part});
    }
    assertThat(pictures).hasSize(108);
    List<InputLine> unseen = read(to.resolve("test-new.jsonl"));
    assertThat(written).containsEntry("test-new", (long) unseen.size());
    assertThat(unseen).isNotEmpty().allMatch(example -> id(example).startsWith("new-"));
    assertThat(learnt).contains("purple", "button", "orange", "star", "left", "largest", "below");
  }

  @Test
  void questionsOfAPageFollowEachOtherAndCanBeForTheDecoder() throws IOException {
    Path to = temporary.resolve("pages");
    List<Long> heard = new ArrayList<>();
    of(Task.REFER, 12, 0, true, 1).convert(to, (done, total) -> heard.add(done));
    assertThat(heard).hasSize(12).endsWith(12L);
    assertThat(to.resolve("val.jsonl")).doesNotExist();
    List<InputLine> examples = read(to.resolve("train.jsonl"));
    assertThat(examples).hasSizeBetween(40, 48);
    assertThat(examples)
        .allSatisfy(
            example -> {
              assertThat(example.prompt()).isNull();
              assertThat(example.decoderPrompt()).startsWith("where is the ");
            });
    List<Path> pages = examples.stream().map(one -> Objects.requireNonNull(one.image())).toList();
    long changes = 1;
    for (int i = 1; i < pages.size(); i++) {
      changes += pages.get(i).equals(pages.get(i - 1)) ? 0 : 1;
    }
    assertThat(changes).isEqualTo(12);
  }

  @Test
  void listsHoldEveryThingWithTheBoxThatQuestionsAskFor() {
    Path lists = temporary.resolve("lists");
    Path questions = temporary.resolve("questions");
    of(Task.LIST, 12, 8, true, 1).convert(lists, SILENT);
    of(Task.REFER, 12, 8, false, 1).convert(questions, SILENT);
    Map<Path, String> targets = new HashMap<>();
    for (InputLine example : read(lists.resolve("train.jsonl"))) {
      assertThat(example.decoderPrompt()).isEqualTo("what is where ?");
      assertThat(example.targets().getFirst()).matches("([a-z ]+(<bin_\\d+> ?){4})+");
      Path image = Objects.requireNonNull(example.image());
      assertThat(targets.put(lists.relativize(image), example.targets().getFirst())).isNull();
    }
    assertThat(targets).hasSize(12);
    // Cards are asked for, but are no things that stand on one.
    assertThat(read(questions.resolve("train.jsonl")))
        .filteredOn(example -> !question(example).contains("card"))
        .isNotEmpty()
        .allSatisfy(
            example ->
                assertThat(
                        targets.get(questions.relativize(Objects.requireNonNull(example.image()))))
                    .contains(example.targets().getFirst()));
  }

  @Test
  void theSeedDecides() throws IOException {
    List<List<byte[]>> made = new ArrayList<>();
    for (long seed : new long[] {1, 1, 2}) {
      Path to = temporary.resolve("made-" + made.size());
      of(Task.BOTH, 2, 1, false, seed).convert(to, SILENT);
      made.add(
          List.of(
              Files.readAllBytes(to.resolve("train.jsonl")),
              Files.readAllBytes(to.resolve("train/00/000001.png"))));
    }
    assertThat(made.get(1).get(0)).isEqualTo(made.get(0).get(0)).isNotEqualTo(made.get(2).get(0));
    assertThat(made.get(1).get(1)).isEqualTo(made.get(0).get(1)).isNotEqualTo(made.get(2).get(1));
  }

  @Test
  void whatCannotBeIsSaidInOneLine() {
    Stream.<Runnable>of(
            () -> of(Task.REFER, 0, 1, false, 1),
            () -> of(Task.REFER, 1, -1, false, 1),
            () -> new LocationTokens(31),
            () -> new LocationTokens(1001))
        .forEach(run -> assertThatThrownBy(run::run).isInstanceOf(InputException.class));
  }

  @Test
  void interruptingStopsItAndLeavesNothing() {
    Path to = temporary.resolve("made");
    assertThatThrownBy(
            () ->
                of(Task.REFER, 50, 0, false, 1)
                    .convert(to, (done, total) -> Thread.currentThread().interrupt()))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(to).doesNotExist();
  }
}
