package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.decode.BatchSearch;
import dev.deed.decode.SearchResult;
import dev.deed.model.Decoder;
import dev.deed.model.family.ModelFolder;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import dev.deed.value.Timing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** {@link GenerationOptions#withStop(List)} cuts answers and changes nothing before the cut. */
final class StopTest {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("deed.root")));
  private static final Path FOLDER = ROOT.resolve("models/screenshot-markup");
  private static final Input SAMPLE = Input.ofImage(FOLDER.resolve("samples/one-row.png"));
  private static final GenerationOptions OPTIONS =
      GenerationOptions.defaults().withMaxNewTokens(24);
  private static final EncoderDecoderModel MODEL = EncoderDecoderModel.open(FOLDER, 2);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void theAnswerIsTheBeginningOfTheWholeOne() {
    for (GenerationOptions options :
        List.of(OPTIONS, OPTIONS.withSampling(true).withTopK(0).withTemperature(3).withSeed(4))) {
      Generation whole = MODEL.generate(SAMPLE, options);
      String text = Objects.requireNonNull(whole.text());
      assertThat(text).hasSizeGreaterThan(40);
      Random random = new Random(5);
      for (int i = 0; i < 12; i++) {
        int from = random.nextInt(text.length() - 8);
        String stop = text.substring(from, from + 1 + random.nextInt(8));
        List<String> heard = new ArrayList<>();
        Generation cut =
            MODEL.generate(SAMPLE, options.withStop(List.of("no such", stop)), to(heard));
        assertThat(cut.finish()).isEqualTo(Finish.STOP);
        assertThat(cut.text()).isEqualTo(text.substring(0, text.indexOf(stop)));
        assertThat(String.join("", heard)).isEqualTo(cut.text());
        int tokens = tokensUpTo(whole, text.indexOf(stop) + stop.length());
        assertThat(cut.tokens()).isEqualTo(whole.tokens().subList(0, tokens));
        assertThat(cut.sequences().getFirst().score())
            .isEqualTo(cut.logProbabilities().stream().mapToDouble(x -> x).average().orElseThrow());
        assertThat(untimed(cut))
            .isEqualTo(untimed(MODEL.generate(SAMPLE, options.withMaxNewTokens(tokens)), cut));
      }
      assertThat(untimed(MODEL.generate(SAMPLE, options.withStop(List.of("no such", "{ {")))))
          .isEqualTo(untimed(whole));
    }
  }

  /** How many tokens it takes until the text has so many characters. */
  private static int tokensUpTo(Generation whole, int characters) {
    var tokenizer = Objects.requireNonNull(MODEL.internals().tokenizer());
    int[] ids = whole.tokenIds().stream().mapToInt(Integer::intValue).toArray();
    return IntStream.rangeClosed(1, ids.length)
        .filter(n -> tokenizer.decode(Arrays.copyOf(ids, n), true).length() >= characters)
        .findFirst()
        .orElseThrow();
  }

  /** An engine decodes on until it hears of a stop string; batches hold what else is asked. */
  @Test
  void howFarASearchWentBeyondMakesNoDifference() {
    GenerationOptions stopping = OPTIONS.withStop(List.of(", btn", "active }"));
    Generation alone = MODEL.generate(SAMPLE, stopping);
    assertThat(alone.finish()).isEqualTo(Finish.STOP);
    Prepared prepared =
        MODEL.internals().prepare(List.of(new Request(SAMPLE, stopping))).getFirst();
    try (ModelFolder folder = ModelFolder.open(MODEL.internals().folder().path());
        ThreadPool pool = ThreadPool.of(1)) {
      Decoder decoder = new Decoder(folder.spec(), folder);
      SearchResult whole =
          new BatchSearch(decoder, pool).run(List.of(prepared.request())).getFirst();
      assertThat(whole.sequences().getFirst().steps()).hasSizeGreaterThan(alone.tokens().size());
      assertThat(untimed(prepared.generation(whole, 0))).isEqualTo(untimed(alone));
    }
    List<Request> batch =
        List.of(
            new Request(SAMPLE, OPTIONS),
            new Request(SAMPLE, stopping),
            new Request(SAMPLE, OPTIONS.withBeams(2)),
            new Request(SAMPLE, stopping));
    List<Result<Generation>> results = MODEL.generate(batch);
    for (int i = 0; i < batch.size(); i++) {
      assertThat(untimed(results.get(i).orThrow()))
          .isEqualTo(untimed(MODEL.generate(batch.get(i).input(), batch.get(i).options())));
    }
    for (Result<Generation> again : MODEL.internals().decode(List.of(prepared, prepared))) {
      assertThat(untimed(again.orThrow())).isEqualTo(untimed(alone));
    }
  }

  @Test
  void whatDoesNotSuitIsRefused() {
    GenerationOptions stopping = OPTIONS.withStop(List.of("x"));
    for (GenerationOptions several :
        List.of(stopping.withBeams(2), stopping.withSampling(true).withReturnedSequences(2))) {
      assertRefused(MODEL, several, "goes with one sequence alone");
    }
    Path bare = ROOT.resolve("core/src/test/resources/golden/exits/bart/model");
    try (var model = EncoderDecoderModel.open(bare, 1)) {
      assertRefused(model, stopping, "needs a tokenizer");
    }
    assertThatThrownBy(() -> OPTIONS.withStop(List.of("")))
        .isInstanceOf(InputException.class)
        .hasMessage("stop: has a string of 0 characters; give strings of 1..256");
    assertThatThrownBy(() -> OPTIONS.withStop(List.of("a".repeat(257))))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> OPTIONS.withStop(Collections.nCopies(17, "a")))
        .isInstanceOf(InputException.class)
        .hasMessage("stop: has 17 strings; give at most 16");
    assertThatThrownBy(() -> OPTIONS.withSetting("stop", "x")).isInstanceOf(InputException.class);
    assertThat(stopping.withAlternatives(2).withBeams(3).withExits(ExitSettings.full()).stop())
        .containsExactly("x");
    assertThat(stopping).isNotEqualTo(OPTIONS).isEqualTo(OPTIONS.withStop(List.of("x")));
  }

  private static void assertRefused(
      EncoderDecoderModel model, GenerationOptions options, String why) {
    Input input = model == MODEL ? SAMPLE : Input.ofTokenIds(5, 6, 7);
    assertThatThrownBy(() -> model.generate(input, options))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("stop: ")
        .hasMessageContaining(why);
  }

  private static TokenListener to(List<String> heard) {
    return new TokenListener() {
      @Override
      public boolean token(Token token, String text) {
        return heard.add(text);
      }

      @Override
      public void end(String text) {
        heard.add(text);
      }
    };
  }

  private static Generation untimed(Generation generation) {
    return untimed(generation, generation);
  }

  /** What it took and its tokens, with the text and the end of another. */
  private static Generation untimed(Generation generation, Generation end) {
    return new Generation(
        generation.sequences().stream()
            .map(
                sequence ->
                    generation == end
                        ? sequence
                        : new GeneratedSequence(
                            end.text(),
                            sequence.tokens(),
                            end.finish(),
                            sequence.score(),
                            sequence.dropped(),
                            sequence.forced(),
                            end.sequences().getFirst().unfinished()))
            .toList(),
        generation.ranked(),
        generation.hasLogProbabilities(),
        generation.effort(),
        generation.drafts(),
        new Timing(0, 0, 0));
  }
}
