package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.OpenOptions.Screening;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model says without generating: scores of answers, tokens, encodings, bad options. */
final class ModelInternalsTest {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("deed.root")));
  private static final Path FOLDERS = ROOT.resolve("core/src/test/resources/golden/exits");
  private static final Path PICTURES = ROOT.resolve("models/screenshot-markup");
  private static final Input SAMPLE = Input.ofImage(PICTURES.resolve("samples/one-row.png"));
  private static final Input TOKENS = Input.ofTokenIds(5, 6, 7, 8);
  private static final GenerationOptions FULL =
      GenerationOptions.defaults()
          .withExits(ExitSettings.full())
          .withConstraint(null)
          .withMaxNewTokens(8);
  private static final EncoderDecoderModel MODEL = EncoderDecoderModel.open(PICTURES, 2);
  private static final EncoderDecoderModel T5 = open("t5-v1_1");

  private static EncoderDecoderModel open(String family) {
    return EncoderDecoderModel.open(FOLDERS.resolve(family).resolve("model"), 2);
  }

  @AfterAll
  static void close() {
    MODEL.close();
    T5.close();
  }

  /** 700 tokens are several blocks of positions. */
  @ParameterizedTest
  @CsvSource({"bart, 8", "mbart, 8", "t5-v1_0, 8", "t5-v1_1, 700"})
  void anAnswerScoresTheBitsOfItsGeneration(String family, int tokens) {
    GenerationOptions options = FULL.withMinNewTokens(tokens).withMaxNewTokens(tokens);
    try (EncoderDecoderModel model = open(family)) {
      for (Input input : List.of(TOKENS, TOKENS.withDecoderPrefix(new int[] {2, 9, 11}))) {
        Generation generation = model.generate(input, options);
        AnswerScore score = model.score(input, generation.tokenIds());
        assertThat(score.tokenIds()).hasSize(tokens).isEqualTo(generation.tokenIds());
        assertThat(score.logProbabilities()).isEqualTo(generation.logProbabilities());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"AUTO", "ON"})
  void aTextScoresAsItsTokens(Screening screening) {
    OpenOptions opening = OpenOptions.defaults().withThreads(1).withScreening(screening);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(PICTURES, opening)) {
      Generation whole = MODEL.generate(SAMPLE, FULL.withMaxNewTokens(128));
      AnswerScore score = model.score(SAMPLE, Objects.requireNonNull(whole.text()));
      assertThat(score.tokenIds()).isEqualTo(whole.tokenIds());
      assertThat(score.logProbabilities()).isEqualTo(whole.logProbabilities());
      assertThat(score.logProbability())
          .isEqualTo(whole.logProbabilities().stream().mapToDouble(Double::doubleValue).sum());
      assertThat(model.score(SAMPLE, "nothing of the kind").logProbability())
          .isLessThan(score.logProbability());
    }
  }

  @Test
  void whatCannotBeScoredIsRefused() {
    int vocabulary = T5.internals().spec().decoder().vocabulary();
    assertThatThrownBy(() -> T5.score(TOKENS, List.of(vocabulary)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("answer: holds " + vocabulary);
    assertThatThrownBy(() -> T5.score(TOKENS, List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("answer: has 0 tokens");
    assertThatThrownBy(() -> T5.score(TOKENS, Collections.nCopies((1 << 20) + 1, 5)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("answer: comes to more than the 1048576 tokens");
    assertThatThrownBy(() -> T5.score(TOKENS, "text"))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("holds no tokenizer; give the answer's token ids");
    try (EncoderDecoderModel bart = open("bart")) {
      int positions = bart.internals().spec().decoder().positions().most();
      assertThatThrownBy(() -> bart.score(TOKENS, Collections.nCopies(positions + 1, 5)))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("answer: ");
      assertThat(bart.score(TOKENS, Collections.nCopies(positions, 5)).tokenIds())
          .hasSize(positions);
    }
  }

  @Test
  void questionsAboutAnEncodedInputHaveTheBitsOfSingleCalls() {
    Input encoded = T5.encode(TOKENS);
    List<Request> questions = new ArrayList<>();
    for (int first = 3; first < 8; first++) {
      int[] prefix = {0, first};
      questions.add(new Request(encoded.withDecoderPrefix(prefix), FULL.withBeams(first % 3 + 1)));
    }
    questions.add(new Request(encoded, FULL.withSetting("encoder_no_repeat_ngram_size", 1)));
    questions.add(new Request(encoded, FULL.withExits(ExitSettings.maxProbability(0.1))));
    List<Result<Generation>> together = T5.generate(questions);
    for (int i = 0; i < questions.size(); i++) {
      Request question = questions.get(i);
      Input plain = TOKENS.withDecoderPrefix(question.input().decoderPrefix());
      Generation alone = T5.generate(plain, question.options());
      Generation shared = together.get(i).orThrow();
      assertThat(shared.sequences()).isEqualTo(alone.sequences());
      assertThat(T5.generate(question.input(), question.options()).sequences())
          .isEqualTo(alone.sequences());
      assertThat(shared.timing().encodeMillis()).isZero();
    }
    assertThat(T5.encode(encoded)).isSameAs(encoded);
    assertThat(T5.generate(encoded.withTokenIds(new int[] {9}), FULL).sequences())
        .isEqualTo(T5.generate(Input.ofTokenIds(9), FULL).sequences());
    try (EncoderDecoderModel other = open("t5-v1_0");
        Engine engine = T5.engine(EngineOptions.defaults().withKnee(2))) {
      assertThat(other.generate(encoded, FULL).sequences())
          .isEqualTo(other.generate(TOKENS, FULL).sequences());
      assertThat(engine.submit(questions.getFirst()).result().join().orThrow().sequences())
          .isEqualTo(together.getFirst().orThrow().sequences());
    }
  }

  @Test
  void optionsAreCheckedWithoutAnInput() {
    for (GenerationOptions bad :
        List.of(
            FULL.withSetting("max_new_tokens", 0),
            FULL.withSetting("bad_words_ids", "x"),
            FULL.withReturnedSequences(2),
            FULL.withExits(ExitSettings.atLayer(99)),
            FULL.withExits(ExitSettings.own().with(ExitSetting.LOSSLESS, true)).withBeams(2),
            FULL.withStop(List.of("x")))) {
      Result.Refused told =
          (Result.Refused) T5.generate(List.of(new Request(TOKENS, bad))).getFirst();
      assertThatThrownBy(() -> T5.check(bad))
          .isInstanceOf(InputException.class)
          .hasMessage(told.error().getMessage());
    }
    T5.check(FULL);
    MODEL.check(FULL.withStop(List.of("x")));
    EngineOptions small = EngineOptions.defaults().withKnee(2).withMaxRows(2).withMaxNewTokens(10);
    try (Engine engine = T5.engine(small)) {
      engine.check(FULL.withBeams(2));
      assertThatThrownBy(() -> engine.check(FULL.withBeams(3)))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("request: takes 3 rows of 2");
      assertThatThrownBy(() -> engine.check(FULL.withMaxNewTokens(11)))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("max_new_tokens: is 11");
      assertThat(engine.status().running() + engine.status().waiting()).isZero();
    }
  }

  @Test
  void tokensAreCounted() {
    assertThat(T5.countTokens(TOKENS)).isEqualTo(4);
    assertThatThrownBy(() -> T5.countTokens(Input.ofText("some words")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds no tokenizer");
    assertThat(MODEL.countTokens(SAMPLE.withText("it reads pictures alone"))).isZero();
    String question = "what does the image describe?";
    try (var reader = EncoderDecoderModel.open(ROOT.resolve("models/ofa-tasks"), 1)) {
      assertThat(reader.countTokens(Input.ofText(question)))
          .isEqualTo(Objects.requireNonNull(reader.internals().tokenizer()).encode(question).length)
          .isGreaterThan(5);
    }
    EngineOptions few = EngineOptions.defaults().withKnee(2).withMaxPromptTokens(3);
    try (Engine engine = T5.engine(few)) {
      assertThat(engine.countTokens(Input.ofTokenIds(5, 6, 7))).isEqualTo(3);
      assertThatThrownBy(() -> engine.countTokens(TOKENS))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("input_ids: comes to more than the 3 tokens allowed");
    }
  }
}
