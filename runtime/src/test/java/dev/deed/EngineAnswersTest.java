package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.model.front.PictureFront;
import dev.deed.value.Client;
import dev.deed.value.EngineListener;
import dev.deed.value.EngineStatus;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whoever comes and goes beside it, an answer is bit for bit the one that its request gets alone.
 */
final class EngineAnswersTest {
  private static final Path FOLDERS =
      Path.of("../core/src/test/resources/golden/exits").toAbsolutePath();
  private static final int DISTINCT = 40;

  @ParameterizedTest
  @CsvSource({"bart, 250", "t5-v1_1, 250", "mbart, 250", "vision, 250"})
  void answersUnderLoadAreTheSerialOnes(String family, int requests) throws Exception {
    Random random = new Random(family.hashCode());
    try (EncoderDecoderModel model =
        EncoderDecoderModel.open(FOLDERS.resolve(family).resolve("model"), 2)) {
      List<Request> distinct = new ArrayList<>();
      List<Generation> alone = new ArrayList<>();
      for (int i = 0; i < DISTINCT; i++) {
        Request request = draw(model, family.equals("vision"), random);
        distinct.add(request);
        alone.add(alone(model, request));
      }
      EngineOptions options =
          EngineOptions.defaults()
              .withMaxRows(8)
              .withMaxWaiting(requests)
              .withKnee(4)
              .withMaxPause(Duration.ofMillis(1))
              .withEncodedBytes(random.nextBoolean() ? 0 : 4000);
      try (Engine engine = model.engine(options)) {
        assertAnswers(engine, distinct, alone, random, requests);
        assertThat(engine.status())
            .isEqualTo(new EngineStatus(0, 0, 0, 0, Duration.ZERO, Duration.ZERO));
      }
    }
  }

  /** What the request gets alone; at full depth where its exits are lossless. */
  private static Generation alone(EncoderDecoderModel model, Request request) {
    GenerationOptions options = request.options();
    return model.generate(
        request.input(),
        options.exits().isLossless() ? options.withExits(ExitSettings.full()) : options);
  }

  /** However far a search goes on until it hears of it, and whether tokens are read or not. */
  @Test
  void stopStringsEndAnswersWhereTheyEndAlone() throws Exception {
    Path folder =
        Path.of(Objects.requireNonNull(System.getProperty("deed.root")))
            .resolve("models/screenshot-markup");
    Input input = Input.ofImage(folder.resolve("samples/one-row.png"));
    Random random = new Random(7);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 2);
        Engine engine = model.engine(EngineOptions.defaults().withMaxRows(6).withKnee(4))) {
      GenerationOptions plain = GenerationOptions.defaults().withMaxNewTokens(40);
      String text = Objects.requireNonNull(model.generate(input, plain).text());
      List<GenerationOptions> options = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        int from = random.nextInt(text.length() - 6);
        String stop = text.substring(from, from + 1 + random.nextInt(6));
        GenerationOptions base =
            random.nextInt(3) > 0 ? plain : plain.withSampling(true).withTemperature(2).withSeed(i);
        options.add(
            switch (random.nextInt(4)) {
              case 0 -> base.withBeams(2).withReturnedSequences(2);
              case 1 -> base.withStop(List.of("no such", stop)).withAlternatives(2);
              default -> base.withStop(List.of(stop));
            });
      }
      List<Ticket> tickets = new ArrayList<>();
      options.forEach(each -> tickets.add(engine.submit(new Request(input, each))));
      int stopped = 0;
      for (int i = 0; i < options.size(); i++) {
        Generation alone = model.generate(input, options.get(i));
        if (i % 2 == 0) {
          assertRead(tickets.get(i), alone);
        }
        assertSame(tickets.get(i).result().get(60, TimeUnit.SECONDS).orThrow(), alone);
        stopped += alone.finish() == Finish.STOP ? 1 : 0;
      }
      assertThat(stopped).isGreaterThan(10);
      assertThat(engine.status())
          .isEqualTo(new EngineStatus(0, 0, 0, 0, Duration.ZERO, Duration.ZERO));
      Ticket left = engine.submit(new Request(input, plain.withStop(List.of("no such"))));
      left.cancel();
      while (!(left.next(Duration.ofSeconds(60)) instanceof Ticket.Event.Ended)) {}
    }
  }

  private static void assertRead(Ticket ticket, Generation alone) throws InterruptedException {
    List<Token> tokens = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    while (true) {
      switch (ticket.next(Duration.ofSeconds(60))) {
        case Ticket.Event.Emitted emitted -> {
          tokens.add(emitted.token());
          text.append(emitted.text());
        }
        case Ticket.Event.Ended ended -> {
          assertThat(text.append(ended.text())).hasToString(alone.text());
          assertThat(tokens).isEqualTo(alone.tokens());
          return;
        }
        case Ticket.Event.Waiting waiting -> throw new AssertionError(waiting);
      }
    }
  }

  private static void assertSame(Generation answer, Generation expected) {
    if (answer.lossless()) {
      assertVerified(answer, expected);
      return;
    }
    assertThat(answer.sequences()).isEqualTo(expected.sequences());
    assertThat(answer.layersRun()).isEqualTo(expected.layersRun());
    assertThat(answer.layersPossible()).isEqualTo(expected.layersPossible());
    assertThat(answer.layerPasses()).isEqualTo(expected.layerPasses());
    assertThat(answer.headLookups()).isEqualTo(expected.headLookups());
  }

  /** Pools share the weights and the queue; whoever decodes, the bits are the same. */
  @Test
  void answersOfSeveralTeamsAreTheSerialOnes() throws Exception {
    Random random = new Random(5);
    try (EncoderDecoderModel model =
        EncoderDecoderModel.open(FOLDERS.resolve("t5-v1_1").resolve("model"), 4)) {
      List<Request> distinct = new ArrayList<>();
      List<Generation> alone = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        Request request = draw(model, false, random);
        distinct.add(request);
        alone.add(alone(model, request));
      }
      Set<Thread> decoding = ConcurrentHashMap.newKeySet();
      CountDownLatch all = new CountDownLatch(3);
      // Pools that are full wait until the others have decoded.
      EngineListener listener =
          new EngineListener() {
            @Override
            public void step(int rows, Duration time) {
              if (decoding.add(Thread.currentThread())) {
                all.countDown();
              }
              try {
                assertThat(rows < 2 || all.await(60, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
          };
      EngineOptions options =
          EngineOptions.defaults()
              .withMaxRows(9)
              .withKnee(2)
              .withTeams(3)
              .withEncodedBytes(0)
              .withListener(listener);
      try (Engine engine = model.engine(options)) {
        GenerationOptions longest =
            GenerationOptions.defaults().withMinNewTokens(4096).withMaxNewTokens(4096);
        Request running = new Request(text(random), longest.withExits(ExitSettings.full()));
        List<Ticket> held = IntStream.range(0, 9).mapToObj(_ -> engine.submit(running)).toList();
        assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        held.forEach(Ticket::cancel);
        assertAnswers(engine, distinct, alone, random, 60);
        assertThat(engine.status())
            .isEqualTo(new EngineStatus(0, 0, 0, 0, Duration.ZERO, Duration.ZERO));
      }
      assertThat(decoding).hasSize(3);
    }
  }

  @Test
  void moreTeamsThanThreadsAreRefused() {
    try (EncoderDecoderModel model =
        EncoderDecoderModel.open(FOLDERS.resolve("t5-v1_1").resolve("model"), 2)) {
      assertThatThrownBy(() -> model.engine(EngineOptions.defaults().withTeams(3)))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "teams of an engine: are 3, the model has 2 threads;"
                  + " give fewer teams, or open the model with more threads");
    }
  }

  /** The answer of full depth, whatever the drafts were. */
  private static void assertVerified(Generation answer, Generation expected) {
    assertThat(expected.lossless()).isFalse();
    assertThat(answer.accepted()).isBetween(0, answer.drafted());
    assertThat(answer.layersPossible()).isEqualTo(expected.layersPossible());
    assertThat(answer.sequences()).hasSameSizeAs(expected.sequences());
    for (int i = 0; i < expected.sequences().size(); i++) {
      GeneratedSequence one = answer.sequences().get(i);
      GeneratedSequence other = expected.sequences().get(i);
      assertThat(one.tokenIds()).isEqualTo(other.tokenIds());
      assertThat(one.logProbabilities()).isEqualTo(other.logProbabilities());
      assertThat(one.text()).isEqualTo(other.text());
      assertThat(one.finish()).isEqualTo(other.finish());
      assertThat(one.score()).isEqualTo(other.score());
    }
  }

  private static void assertAnswers(
      Engine engine, List<Request> distinct, List<Generation> alone, Random random, int requests)
      throws Exception {
    List<Ticket> tickets = new ArrayList<>();
    List<Integer> which = new ArrayList<>();
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      int index = random.nextInt(distinct.size());
      which.add(index);
      Client client = new Client("" + random.nextInt(3), 1, random.nextInt(2), 9);
      tickets.add(engine.submit(distinct.get(index).from(client)));
      if (random.nextInt(4) == 0) {
        Thread.sleep(0, random.nextInt(900_000));
      }
      if (random.nextInt(5) == 0) {
        int leaving = random.nextInt(tickets.size());
        tickets.get(leaving).cancel();
        left.add(leaving);
      }
    }
    int answered = 0;
    for (int i = 0; i < requests; i++) {
      Generation answer = answer(tickets.get(i), left.contains(i));
      if (answer != null) {
        assertSame(answer, alone.get(which.get(i)));
        answered++;
      }
    }
    assertThat(answered).isGreaterThan(requests / 2);
  }

  private static @Nullable Generation answer(Ticket ticket, boolean cancelled)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return ticket.result().get(60, TimeUnit.SECONDS).orThrow();
    } catch (CancellationException e) {
      assertThat(cancelled).isTrue();
      return null;
    }
  }

  private static Request draw(EncoderDecoderModel model, boolean picture, Random random) {
    GenerationOptions options =
        GenerationOptions.defaults()
            .withMaxNewTokens(1 + random.nextInt(24))
            .withExits(exits(model, random));
    options =
        switch (random.nextInt(5)) {
          case 0 ->
              options
                  .withExits(
                      options
                          .exits()
                          .overriddenBy(ExitSettings.own().with(ExitSetting.LOSSLESS, false)))
                  .withBeams(2 + random.nextInt(2))
                  .withReturnedSequences(2);
          case 1 -> options.withSampling(true).withSeed(random.nextInt(99)).withTemperature(1.3);
          case 2 ->
              options
                  .withSampling(true)
                  .withTopK(8)
                  .withReturnedSequences(3)
                  .withSeed(random.nextInt(99));
          default -> options;
        };
    return new Request(picture ? picture(model, random) : text(random), options);
  }

  private static Input text(Random random) {
    return Input.ofTokenIds(random.ints(1 + random.nextInt(30), 5, 40).toArray());
  }

  private static Input picture(EncoderDecoderModel model, Random random) {
    PictureFront front = (PictureFront) model.internals().spec().encoder().front();
    float[] pixels = new float[front.channels() * front.height() * front.width()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat() - 0.5f;
    }
    return Input.empty()
        .withTensor(
            "pixel_values", pixels, List.of(front.channels(), front.height(), front.width()));
  }

  private static ExitSettings exits(EncoderDecoderModel model, Random random) {
    ExitSettings exits = early(model, random);
    return switch (random.nextInt(4)) {
      case 0 -> exits.with(ExitSetting.LOSSLESS, true);
      case 1 ->
          exits
              .with(ExitSetting.LOSSLESS, true)
              .with(ExitSetting.DRAFT_TOKENS, 1 + random.nextInt(8));
      default -> exits;
    };
  }

  private static ExitSettings early(EncoderDecoderModel model, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> ExitSettings.full();
      case 1 -> ExitSettings.maxProbability(random.nextDouble());
      case 2 -> ExitSettings.of(ExitPolicy.MARGIN, random.nextDouble());
      default -> ExitSettings.atLayer(model.exitLayers().getFirst());
    };
  }
}
