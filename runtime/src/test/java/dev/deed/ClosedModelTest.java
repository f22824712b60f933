package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.OpenOptions.Screening;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Use after {@code close} is refused; what is under way then goes on. */
final class ClosedModelTest {
  private static final Path FOLDER =
      Path.of("../core/src/test/resources/golden/exits/bart/model").toAbsolutePath();
  private static final Input INPUT = Input.ofTokenIds(5, 6, 7);
  private static final GenerationOptions SHORT = GenerationOptions.defaults().withMaxNewTokens(6);

  @TestFactory
  Stream<DynamicTest> everyMethodRefuses() {
    EncoderDecoderModel model = EncoderDecoderModel.open(FOLDER, 1);
    List<Prepared> prepared = model.internals().prepare(List.of(new Request(INPUT, SHORT)));
    model.close();
    model.close();
    return Stream.of(
            test("generate", () -> model.generate(INPUT)),
            test("generate a batch", () -> model.generate(List.of(new Request(INPUT, SHORT)))),
            test("prepare", () -> model.internals().prepare(List.of(new Request(INPUT, SHORT)))),
            test("decode", () -> model.internals().decode(prepared)),
            test("card", model::card),
            test("check", () -> model.check(SHORT)),
            test("encode", () -> model.encode(INPUT)),
            test("countTokens", () -> model.countTokens(INPUT)),
            test("score", () -> model.score(INPUT, List.of(5))),
            test("ownExits", model::ownExits),
            test("exitLayers", model::exitLayers),
            test("decoderLayers", model::decoderLayers),
            test("generationDefaults", model::generationDefaults),
            test("ignoredGenerationKeys", model::ignoredGenerationKeys),
            test("features", () -> model.internals().features(INPUT)),
            test("folder", () -> model.internals().folder()))
        .sequential();
  }

  private static DynamicTest test(String name, ThrowingCallable call) {
    return DynamicTest.dynamicTest(
        name,
        () ->
            assertThatThrownBy(call)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("model .*: is closed; open it again"));
  }

  @Test
  void aGenerationUnderWayEndsAsItWouldHave() {
    EncoderDecoderModel model = EncoderDecoderModel.open(FOLDER, 1);
    Generation whole = model.generate(INPUT, SHORT);
    Generation closedMeanwhile =
        model.generate(
            INPUT,
            SHORT,
            (token, text) -> {
              model.close();
              return true;
            });
    assertThat(closedMeanwhile.tokenIds()).isEqualTo(whole.tokenIds());
    assertThatThrownBy(() -> model.generate(INPUT)).isInstanceOf(IllegalStateException.class);
  }

  /** In every precision: each has its own kernels, and one may have native code. */
  @ParameterizedTest
  @EnumSource(WeightPrecision.class)
  void closingUnderAnswersEndsTheirMemoryWithTheLastOne(WeightPrecision precision)
      throws Exception {
    for (int round = 0; round < 20; round++) {
      EncoderDecoderModel model =
          EncoderDecoderModel.open(FOLDER, OpenOptions.defaults().withPrecision(precision));
      MemorySegment.Scope memory = model.internals().folder().memory().scope();
      Generation whole = model.generate(INPUT, SHORT);
      List<Callable<Boolean>> askers =
          Collections.nCopies(4, () -> answersUntilClosed(model, whole));
      try (ExecutorService threads = Executors.newCachedThreadPool()) {
        List<Future<Boolean>> asked = askers.stream().map(threads::submit).toList();
        Thread.sleep(round % 5);
        model.close();
        for (Future<Boolean> one : asked) {
          assertThat(one.get()).isTrue();
        }
      }
      assertThat(memory.isAlive()).isFalse();
    }
  }

  /** Whether all answers are right until the model refuses. */
  private static boolean answersUntilClosed(EncoderDecoderModel model, Generation whole) {
    try {
      while (model.generate(INPUT, SHORT).tokenIds().equals(whole.tokenIds())) {
        continue;
      }
      return false;
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage()).endsWith("is closed; open it again");
    }
  }

  @Test
  void anEngineKeepsTheMemoryUntilItsRequestsHaveEnded() throws Exception {
    EncoderDecoderModel model = EncoderDecoderModel.open(FOLDER, 2);
    MemorySegment.Scope memory = model.internals().folder().memory().scope();
    Generation whole = model.generate(INPUT, SHORT);
    List<Ticket> tickets;
    try (Engine engine = model.engine(EngineOptions.defaults().withKnee(4))) {
      model.close();
      assertThat(engine.submit(new Request(INPUT, SHORT)).result().get().orThrow().tokenIds())
          .isEqualTo(whole.tokenIds());
      assertThat(memory.isAlive()).isTrue();
      tickets = Stream.generate(() -> engine.submit(new Request(INPUT, SHORT))).limit(8).toList();
    }
    for (Ticket ticket : tickets) {
      try {
        assertThat(ticket.result().get(1, TimeUnit.MINUTES).orThrow().tokenIds())
            .isEqualTo(whole.tokenIds());
      } catch (CancellationException e) {
        assertThat(ticket.result()).as("one that was not done says so").isCancelled();
      }
    }
    // A ticket has its result a moment before it leaves the engine.
    for (int i = 0; i < 6_000 && memory.isAlive(); i++) {
      Thread.sleep(10);
    }
    assertThat(memory.isAlive()).isFalse();
  }

  @Test
  void aModelThatIsOpenedAgainAndAgainLeavesNothingBehind() {
    List<MemorySegment.Scope> memories = new ArrayList<>();
    OpenOptions wide = OpenOptions.defaults().withScreening(Screening.ON);
    for (int i = 0; i < 20; i++) {
      try (EncoderDecoderModel model = EncoderDecoderModel.open(FOLDER, wide)) {
        memories.add(model.internals().folder().memory().scope());
        model.generate(INPUT, SHORT.withExits(ExitSettings.own()));
      }
    }
    assertThat(memories).hasSize(20).noneMatch(MemorySegment.Scope::isAlive);
  }

  @Test
  void errorsOfTheEngineAreInputExceptions() {
    assertThatThrownBy(() -> EncoderDecoderModel.open(Path.of("no such folder")))
        .isInstanceOf(InputException.class);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(FOLDER, 1)) {
      assertThatThrownBy(() -> model.generate(Input.ofText("a text without a tokenizer")))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("no tokenizer");
    }
    assertThatThrownBy(() -> Input.ofImage(endless())).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> OpenOptions.defaults().withThreads(0))
        .isInstanceOf(InputException.class)
        .hasMessage("threads 0: is not within 1..1024; give another number");
    assertThatThrownBy(
            () ->
                OpenOptions.defaults()
                    .withScreening(Screening.ON)
                    .withPrecision(WeightPrecision.W8A8))
        .isInstanceOf(InputException.class);
  }

  private static InputStream endless() {
    return new InputStream() {
      @Override
      public int read() {
        return 7;
      }

      @Override
      public int read(byte[] target, int from, int count) {
        return count;
      }
    };
  }
}
