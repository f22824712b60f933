package dev.deed.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.Request;
import dev.deed.Token;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.Exit;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.Timing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A random T5, whose early exits answer otherwise than its last layer, the lower the threshold. */
final class WatchTest {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", ".."));
  private static final Path MODEL =
      ROOT.resolve("core/src/test/resources/golden/exits/t5-v1_0/model");

  private static EncoderDecoderModel open() {
    return EncoderDecoderModel.open(MODEL, 1);
  }

  private static Request request(Random random, ExitSettings exits) {
    return new Request(
        Input.ofTokenIds(random.ints(1 + random.nextInt(20), 5, 40).toArray()),
        GenerationOptions.defaults().withMaxNewTokens(8).withExits(exits));
  }

  private static Generation answer(EncoderDecoderModel model, Request request) {
    return model.generate(List.of(request)).getFirst().orThrow();
  }

  private static Watch watch(EncoderDecoderModel model, ExitSettings exits, double tolerance) {
    return new Watch(model, exits, new Watch.Plan(1, tolerance, 1));
  }

  /** What full depth did not emit tells of the answer that the exits alone would have given. */
  @ParameterizedTest
  @ValueSource(
      strings = {"max_prob:0.3", "max_prob:0.5", "margin:0.3", "static:5", "max_prob:0.4@decay=1"})
  void aWatchedAnswerIsFullDepthsAndTellsOfTheOther(String policy) {
    ExitSettings exits = ExitSettings.parse(policy);
    Random random = new Random(4);
    Set<Boolean> seen = new HashSet<>();
    try (EncoderDecoderModel model = open()) {
      Watch watch = watch(model, exits, 0.99);
      for (int i = 0; i < 40; i++) {
        Request request = request(random, exits);
        Generation verified = answer(model, watch.ask(request, i).request());
        GenerationOptions full = request.options().withExits(ExitSettings.full());
        Generation deep = answer(model, new Request(request.input(), full));
        assertThat(verified.tokenIds()).isEqualTo(deep.tokenIds());
        assertThat(verified.logProbabilities()).isEqualTo(deep.logProbabilities());
        boolean differs = !answer(model, request).tokenIds().equals(deep.tokenIds());
        assertThat(Watch.differs(verified)).as("answer %d", i).isEqualTo(differs);
        seen.add(differs);
      }
    }
    assertThat(seen).as("kinds of answers").contains(true);
  }

  /** Exits that were never right here: after a few answers all are of full depth. */
  @Test
  void aShiftedSetFallsBack() {
    ExitSettings exits = ExitSettings.maxProbability(0.01);
    Random random = new Random(5);
    try (EncoderDecoderModel model = open()) {
      Watch watch = watch(model, exits, 0.2);
      int fellBackAt = 0;
      for (int i = 1; i <= 20; i++) {
        Watch.Question asked = watch.ask(request(random, exits), i);
        assertThat(asked.watched()).isEqualTo(fellBackAt == 0);
        Generation answer = answer(model, asked.request());
        if (watch.answered(asked, answer).fallsBack()) {
          fellBackAt = i;
        }
        if (fellBackAt > 0 && i > fellBackAt) {
          assertThat(asked.request().options().exits()).isEqualTo(ExitSettings.full());
          assertThat(answer.exitLayers()).containsOnly(model.decoderLayers());
        }
      }
      assertThat(fellBackAt).isBetween(2, 5);
      assertThat(watch.tally())
          .isEqualTo(new Watch.Tally(fellBackAt, fellBackAt, true, 0.2))
          .extracting(Watch.Tally::sentence)
          .isEqualTo(
              fellBackAt
                  + " of "
                  + fellBackAt
                  + " watched answers differ from full depth's, more than the 20 % allowed; full"
                  + " depth answers from here on");
    }
  }

  /** Exits that answer otherwise less often than they may. */
  @Test
  void aSoundPolicyNeverFallsBack() {
    ExitSettings exits = ExitSettings.maxProbability(0.7);
    Random random = new Random(6);
    try (EncoderDecoderModel model = open()) {
      Watch watch = watch(model, exits, 0.5);
      int drafted = 0;
      for (int i = 0; i < 150; i++) {
        Watch.Question asked = watch.ask(request(random, exits), i);
        Generation answer = answer(model, asked.request());
        drafted += answer.drafted();
        Watch.Counted counted = watch.answered(asked, answer);
        assertThat(counted.watched()).isEqualTo(1);
        assertThat(counted.disagreements()).isEqualTo(Watch.differs(answer) ? 1 : 0);
        assertThat(counted.fallsBack()).isFalse();
      }
      Watch.Tally tally = watch.tally();
      assertThat(drafted).isPositive();
      assertThat(tally.fellBack()).isFalse();
      assertThat(tally.watched()).isEqualTo(150);
      assertThat(tally.disagreements()).isBetween(0L, 70L);
      assertThat(tally.sentence())
          .isEqualTo(tally.disagreements() + " of 150 watched answers differ from full depth's");
    }
  }

  @Test
  void aShareIsChosenByPlaceAndSeed() {
    Watch.Plan plan = new Watch.Plan(0.2, 0.1, 7);
    int chosen = 0;
    int otherwise = 0;
    for (int place = 0; place < 10_000; place++) {
      assertThat(plan.chooses(place)).isEqualTo(new Watch.Plan(0.2, 0.3, 7).chooses(place));
      chosen += plan.chooses(place) ? 1 : 0;
      otherwise += plan.chooses(place) != new Watch.Plan(0.2, 0.1, 8).chooses(place) ? 1 : 0;
    }
    assertThat(chosen).isBetween(1850, 2150);
    assertThat(otherwise).isGreaterThan(2500);
    assertThat(new Watch.Plan(0, 0.1, 7).chooses(3)).isFalse();
    assertThat(new Watch.Plan(1, 0.1, 7).chooses(3)).isTrue();
  }

  /** Those that differ take longer: counted as they come, the others would seem too many. */
  @Test
  void answersCountInTheOrderInWhichTheyWereAskedFor() {
    ExitSettings exits = ExitSettings.maxProbability(0.01);
    Random random = new Random(5);
    try (EncoderDecoderModel model = open()) {
      Watch watch = watch(model, exits, 0.2);
      List<Watch.Question> asked = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        asked.add(watch.ask(request(random, exits), i));
      }
      for (Watch.Question one : asked.subList(1, 6)) {
        assertThat(watch.answered(one, answer(model, one.request())))
            .isEqualTo(new Watch.Counted(0, 0, false));
      }
      assertThat(watch.tally().watched()).isZero();
      Watch.Counted counted = watch.dropped(asked.getFirst());
      Watch.Tally tally = watch.tally();
      assertThat(tally.fellBack()).isTrue();
      assertThat(tally.watched()).as("none behind the fallback").isBetween(2L, 4L);
      assertThat(counted)
          .isEqualTo(new Watch.Counted((int) tally.watched(), (int) tally.disagreements(), true));
      Watch.Question late = asked.getLast();
      assertThat(watch.answered(late, answer(model, late.request())))
          .as("after the fallback")
          .isEqualTo(new Watch.Counted(0, 0, false));
    }
  }

  @Test
  void otherExitsBeamsAndSeveralAnswersPassAsTheyAre() {
    ExitSettings exits = ExitSettings.maxProbability(0.3);
    Random random = new Random(5);
    try (EncoderDecoderModel model = open()) {
      Watch watch = watch(model, exits, 0.1);
      Request other = request(random, ExitSettings.maxProbability(0.4));
      assertThat(watch.ask(other, 1)).isEqualTo(new Watch.Question(other, 0));
      Request plain = request(random, exits);
      Request beams = new Request(plain.input(), plain.options().withBeams(2));
      assertThat(watch.ask(beams, 2)).isEqualTo(new Watch.Question(beams, 0));
      Request several =
          new Request(plain.input(), plain.options().withSampling(true).withReturnedSequences(2));
      assertThat(watch.ask(several, 3)).isEqualTo(new Watch.Question(several, 0));
      assertThat(watch.pass(plain)).isEqualTo(new Watch.Question(plain, 0));
      assertThat(watch.ask(plain, 4).watched()).isTrue();
    }
  }

  /**
   * What was drafted behind a stop string is no part of the answer. The engine, which learns of the
   * stop on another thread, verifies it all the same.
   */
  @Test
  void aWrongDraftBehindAStopStringIsNoDisagreement() throws Exception {
    Path folder = ROOT.resolve("models/screenshot-markup");
    ExitSettings exits = ExitSettings.maxProbability(0.2).with(ExitSetting.LAYERS, List.of(1));
    int cases = 0;
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(2))) {
      Input input = Input.ofImage(folder.resolve("samples/one-row.png"));
      for (int seed = 0; seed < 12; seed++) {
        GenerationOptions options =
            GenerationOptions.defaults().withMaxNewTokens(40).withExits(exits).withSeed(seed);
        options = options.withSampling(true).withTopK(0).withTemperature(5);
        Watch watch = watch(model, exits, 0.99);
        Watch.Question first = watch.ask(new Request(input, options), 1);
        Generation whole = answer(model, first.request());
        int wrong = 0;
        while (wrong < whole.tokens().size() && whole.dropped().get(wrong).isEmpty()) {
          wrong++;
        }
        if (wrong < 3 || wrong == whole.tokens().size()) {
          continue;
        }
        cases++;
        assertThat(watch.answered(first, whole)).isEqualTo(new Watch.Counted(1, 1, false));
        String before =
            Objects.requireNonNull(
                answer(model, new Request(input, options.withMaxNewTokens(wrong - 1))).text());
        GenerationOptions stopping =
            options.withStop(List.of(before.substring(before.length() - 2)));
        Watch.Question asked = watch.ask(new Request(input, stopping), 2);
        Generation answer = engine.submit(asked.request()).result().get().orThrow();
        assertThat(answer.finish()).isEqualTo(Finish.STOP);
        assertThat(watch.answered(asked, answer)).isEqualTo(new Watch.Counted(1, 0, false));
      }
    }
    assertThat(cases).as("answers with a wrong draft").isPositive();
  }

  @Test
  void theAnswersTokensTellNotHowManyDraftsWereKept() {
    assertThat(Watch.differs(generation(List.of()))).isFalse();
    assertThat(Watch.differs(generation(List.of(new Exit(1, 0, List.of()))))).isTrue();
  }

  /** Of one token, with 20 drafts of which 19 were kept. */
  private static Generation generation(List<Exit> dropped) {
    GeneratedSequence sequence =
        new GeneratedSequence(
            null,
            List.of(new Token(0, 5, 6, 1, 0, List.of(), List.of())),
            Finish.STOP,
            0,
            List.of(dropped),
            0,
            false);
    return new Generation(
        List.of(sequence),
        false,
        true,
        new Effort(6, 6, 6, 1),
        new Drafts(20, 19, 1),
        new Timing(0, 0, 0));
  }

  /** A share is told as it was given, in every size. */
  @ParameterizedTest
  @CsvSource({"7, 7, 7", "2.5, 2.5, 2.5", "0.0005, 0.0005, 0.0005", "10, 10, 10"})
  void aToleranceIsToldAsItWasGiven(double points, double told, String words) {
    Watch.Tally tally = new Watch.Tally(9, 9, true, points / 100);
    assertThat(tally.points()).isEqualTo(told);
    assertThat(tally.sentence()).contains(", more than the " + words + " % allowed;");
  }

  @Test
  void whatCannotBeVerifiedIsRefused() {
    try (EncoderDecoderModel model = open()) {
      for (String policy : List.of("full", "max_prob:0.5@lossless", "copy:max_prob:0.5")) {
        assertThatThrownBy(() -> watch(model, ExitSettings.parse(policy), 0.1))
            .as(policy)
            .isInstanceOf(InputException.class)
            .hasMessageContaining("; watch none, or name another policy");
      }
      assertThat(Watch.promised(model)).as("calibrated").isNull();
    }
    OpenOptions assisted = OpenOptions.defaults().withThreads(1).withAssistant(MODEL);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(MODEL, assisted)) {
      assertThatThrownBy(() -> watch(model, ExitSettings.maxProbability(0.5), 0.1))
          .isInstanceOf(InputException.class)
          .hasMessageEndingWith("in their place; watch none, or leave the assistant out");
    }
    assertThatThrownBy(() -> new Watch.Plan(1.5, 0.1, 1))
        .hasMessage("share of watched answers: is 1.5; give 0..1");
    assertThatThrownBy(() -> new Watch.Plan(1, 0, 1)).isInstanceOf(InputException.class);
  }
}
