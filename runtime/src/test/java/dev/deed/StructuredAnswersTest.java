package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.DraftPrecision;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers of a language: the same alone, in batches, with exits, drafts and an engine. */
final class StructuredAnswersTest {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("deed.root")));
  private static final EncoderDecoderModel VALUES =
      EncoderDecoderModel.open(ROOT.resolve("models/values"), 2);
  private static final EncoderDecoderModel PICTURES =
      EncoderDecoderModel.open(ROOT.resolve("models/screenshot-markup"), 2);
  private static final Input TEXT = Input.ofText("de: Am 3. Januar 2027 um 18:45 sind 2,5 kg da.");
  private static final Input PICTURE =
      Input.ofImage(ROOT.resolve("models/screenshot-markup/samples/one-row.png"));

  private static final String DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
  private static final List<Constraint> CONSTRAINTS =
      List.of(
          Constraint.regex("(date|time) " + DATE + "( or never)?"),
          Constraint.choice(List.of("amount", "amount 1", "quantity 2.5 kg", "Käse 😀")),
          Constraint.grammar("root ::= \"<\" (root | [0-9]{1,3}) \">\""),
          Constraint.jsonSchema(
              "{\"type\": \"object\", \"properties\": {\"kind\": {\"enum\": [\"date\", \"time\"]},"
                  + " \"day\": {\"type\": \"string\", \"pattern\": \"^"
                  + DATE
                  + "$\"}, \"sure\": {\"type\": \"boolean\"}}, \"required\": [\"kind\", \"day\"]}"));

  @AfterAll
  static void close() {
    VALUES.close();
    PICTURES.close();
  }

  private static GenerationOptions options(Constraint constraint) {
    return GenerationOptions.defaults().withConstraint(constraint).withMaxNewTokens(60);
  }

  /** All that does not depend on time. */
  private static List<Object> untimed(Generation generation) {
    return List.of(generation.sequences(), generation.effort(), generation.forced());
  }

  private static List<GenerationOptions> ways(Constraint constraint) {
    GenerationOptions plain = options(constraint);
    GenerationOptions full = plain.withExits(ExitSettings.full());
    List<GenerationOptions> ways = new ArrayList<>(List.of(plain, full));
    for (ExitSettings exits : drafting()) {
      ways.add(plain.withExits(exits));
    }
    ways.add(plain.withBeams(3).withReturnedSequences(2));
    ways.add(full.withSampling(true).withSeed(5).withTemperature(2));
    ways.add(full.withSampling(true).withReturnedSequences(3));
    return ways;
  }

  private static List<ExitSettings> drafting() {
    ExitSettings lossless = ExitSettings.full().with(ExitSetting.LOSSLESS, true);
    return List.of(
        ExitSettings.of(ExitPolicy.MAX_PROB, 0.4).with(ExitSetting.LOSSLESS, true),
        ExitSettings.of(ExitPolicy.MAX_PROB, 0.4)
            .with(ExitSetting.LOSSLESS, true)
            .with(ExitSetting.DRAFT_NGRAMS, 2),
        lossless.with(ExitSetting.DRAFT_PRECISION, DraftPrecision.INT8));
  }

  @Test
  void answersAreTheSameAloneInBatchesAndInAnEngine() throws Exception {
    List<Request> requests = new ArrayList<>();
    for (Constraint constraint : CONSTRAINTS) {
      ways(constraint).forEach(way -> requests.add(new Request(TEXT, way)));
    }
    List<Generation> alone =
        requests.stream().map(r -> VALUES.generate(r.input(), r.options())).toList();
    List<Result<Generation>> together = VALUES.generate(requests);
    for (int i = 0; i < requests.size(); i++) {
      assertThat(untimed(together.get(i).orThrow())).isEqualTo(untimed(alone.get(i)));
    }
    try (Engine engine = VALUES.engine(EngineOptions.defaults())) {
      List<Ticket> tickets = requests.stream().map(engine::submit).toList();
      for (int i = 0; i < requests.size(); i++) {
        assertThat(untimed(tickets.get(i).await())).isEqualTo(untimed(alone.get(i)));
      }
    }
  }

  /** Calls that nest 2,000 deep once 30 letters are written. */
  @Test
  void aGrammarFailsNobodyElse() throws Exception {
    StringBuilder deep = new StringBuilder("root ::= \"%s\" r0\n".formatted("b".repeat(30)));
    for (int i = 0; i < 2000; i++) {
      deep.append("r%d ::= r%d \"x\"\n".formatted(i, i + 1));
    }
    Constraint hostile = Constraint.grammar(deep + "r2000 ::= \"y\"");
    Request request = new Request(TEXT, options(Constraint.regex("[a-z]{60}")));
    Generation alone = VALUES.generate(request.input(), request.options());
    try (Engine engine = VALUES.engine(EngineOptions.defaults())) {
      List<Ticket> others = new ArrayList<>();
      List<Ticket> hostiles = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        hostiles.add(engine.submit(new Request(TEXT, options(hostile))));
        others.add(engine.submit(request));
      }
      for (Ticket other : others) {
        assertThat(untimed(other.await())).isEqualTo(untimed(alone));
      }
      for (Ticket one : hostiles) {
        assertThat(one.await().text()).startsWith("b".repeat(30) + "yx");
      }
    }
  }

  /** On one of few threads, for callers whose threads are virtual; then it is known. */
  @Test
  void compilingEndsWithItsCallerOrItsDeadline() throws Exception {
    Constraint large = Constraint.regex("(a|b|[c-z]{2}){20000}");
    Request request = new Request(TEXT, options(large));
    try (Engine engine = VALUES.engine(EngineOptions.defaults())) {
      BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
      Runnable interrupted =
          () -> {
            Thread.currentThread().interrupt();
            try {
              engine.submit(request).cancel();
            } catch (RuntimeException e) {
              thrown.add(e);
            }
          };
      Thread.startVirtualThread(interrupted).join();
      assertThat(thrown.take()).isInstanceOf(CancellationException.class);
      Runnable late =
          () -> {
            try {
              engine.submit(request, Duration.ofNanos(1)).cancel();
            } catch (RuntimeException e) {
              thrown.add(e);
            }
          };
      Thread.startVirtualThread(late).join();
      assertThat(thrown.take()).hasCauseInstanceOf(TimeoutException.class);
      engine.submit(request).cancel();
      Thread.startVirtualThread(interrupted).join();
      assertThat(thrown).isEmpty();
    }
  }

  @Test
  void draftsGiveTheAnswerOfFullDepth() {
    for (Constraint constraint : CONSTRAINTS) {
      for (boolean sampling : new boolean[] {false, true}) {
        GenerationOptions drawn = options(constraint).withSampling(sampling).withSeed(3);
        Generation full = VALUES.generate(TEXT, drawn.withExits(ExitSettings.full()));
        for (ExitSettings exits : drafting()) {
          Generation drafted = VALUES.generate(TEXT, drawn.withExits(exits));
          assertThat(drafted.tokenIds()).isEqualTo(full.tokenIds());
          assertThat(drafted.logProbabilities()).isEqualTo(full.logProbabilities());
          assertThat(drafted.forced()).isEqualTo(full.forced());
          assertThat(drafted.layersPossible()).isEqualTo(full.layersPossible());
        }
        assertThat(full.layersRun()).isEqualTo(full.layersPossible());
      }
    }
  }

  @Test
  void forcedTokensTakeNoLayer() {
    Generation whole = VALUES.generate(TEXT, options(Constraint.choice(List.of("date or time"))));
    assertThat(whole.text()).isEqualTo("date or time");
    assertThat(whole.finish()).isEqualTo(Finish.EOS);
    Generation one = VALUES.generate(TEXT, options(Constraint.choice(List.of("4", "5"))));
    assertThat(one.exitLayers().getLast()).isZero();
    assertThat(one.logProbabilities().getLast()).isZero();
    assertThat(one.forced()).isEqualTo(1);
    assertThat(one.headLookups()).isPositive();
    Generation markup = PICTURES.generate(PICTURE);
    assertThat(markup.forced())
        .isEqualTo(markup.exitLayers().stream().filter(layer -> layer == 0).count())
        .isGreaterThan(markup.tokens().size() / 3);
    Generation free = PICTURES.generate(PICTURE, GenerationOptions.defaults().withConstraint(null));
    assertThat(free.text()).isEqualTo(markup.text());
    assertThat(free.forced()).isZero();
  }

  @Test
  void aListenerHearsForcedTokensToo() {
    List<Integer> heard = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    TokenListener listener =
        new TokenListener() {
          @Override
          public boolean token(Token token, String piece) {
            heard.add(token.id());
            text.append(piece);
            return true;
          }

          @Override
          public void end(String rest) {
            text.append(rest);
          }
        };
    Generation markup = PICTURES.generate(PICTURE, GenerationOptions.defaults(), listener);
    assertThat(heard).isEqualTo(markup.tokenIds());
    assertThat(text.toString()).isEqualTo(markup.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(a | regex",
        "a(?=b) | looks around",
        "[一-龥] | vocabulary",
        "(a{1000}){1000} | smaller"
      })
  void whatCannotBeUsedIsRefusedByName(String regex, String word) {
    GenerationOptions options =
        GenerationOptions.defaults().withConstraint(Constraint.regex(regex));
    assertThatThrownBy(() -> PICTURES.check(options))
        .hasMessageContaining("structured_outputs")
        .hasMessageContaining(word);
  }

  @Test
  void constraintsAreReadFromSettings() {
    Constraint regex = Constraint.regex("[0-9]+");
    assertThat(Constraint.parse("{\"regex\": \"[0-9]+\"}")).isEqualTo(regex);
    assertThatThrownBy(() -> Constraint.parse("{}")).hasMessageContaining("exactly one");
    assertThatThrownBy(() -> Constraint.jsonSchema("{")).hasMessageContaining("JSON");
    assertThat(VALUES.generationDefaults()).containsKey("structured_outputs");
    GenerationOptions own = GenerationOptions.defaults().withSettings(VALUES.generationDefaults());
    assertThat(VALUES.generate(TEXT, own).text()).isEqualTo(VALUES.generate(TEXT).text());
    assertThat(IntStream.of(VALUES.generate(TEXT, options(regex)).forced()).sum()).isNotNegative();
  }
}
