package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.ProofResult.Difference;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Receipts of answers, and checks that find what was changed. */
final class ProofTest {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", ".."));
  private static final Path FOLDERS = ROOT.resolve("core/src/test/resources/golden/exits");
  private static final Path PICTURES = ROOT.resolve("models/screenshot-markup");
  static final GenerationOptions FULL =
      GenerationOptions.defaults().withExits(ExitSettings.full()).withMaxNewTokens(24);

  static Path model(String family) {
    return FOLDERS.resolve(family).resolve("model");
  }

  private static Input text(Random random) {
    return Input.ofTokenIds(random.ints(3 + random.nextInt(9), 4, 300).toArray());
  }

  /** Greedy, drawn, with processors; ended by a token or a limit. */
  private static List<GenerationOptions> settings() {
    return List.of(
        FULL,
        FULL.withNoRepeatNgram(2).withRepetitionPenalty(1.3),
        FULL.withSampling(true).withSeed(11).withTemperature(1.4).withMaxNewTokens(40),
        FULL.withSampling(true).withSeed(3).withSetting("top_k", null).withTopP(0.8),
        FULL.withSetting("forced_bos_token_id", 11).withSetting("forced_eos_token_id", 2),
        FULL.withSetting("eos_token_id", IntStream.range(0, 60).boxed().toList())
            .withMinNewTokens(3)
            .withSetting("bad_words_ids", List.of(List.of(9), List.of(11, 12))));
  }

  private static List<Request> requests() {
    Random random = new Random(54);
    List<Request> requests = new ArrayList<>();
    for (GenerationOptions each : settings()) {
      requests.add(new Request(text(random), each));
      requests.add(new Request(text(random).withDecoderPrefix(new int[] {2, 9, 11}), each));
    }
    return requests;
  }

  private static List<Generation> answers(EncoderDecoderModel model, List<Request> requests) {
    return model.generate(requests).stream().map(result -> result.orThrow()).toList();
  }

  private static AnswerClaim ids(Generation answer, List<Integer> ids) {
    return new AnswerClaim(ids, answer.finish(), null, List.of(), null);
  }

  private static void assertProved(
      EncoderDecoderModel model, Request request, Generation answer, Receipt receipt) {
    ProofResult result = Proof.check(model, request, AnswerClaim.of(answer, receipt));
    assertThat(result)
        .as("%s", request.options())
        .isEqualTo(new ProofResult(true, answer.tokens().size(), null, List.of()));
  }

  /** Answers of batches, proved one by one with other threads, log-probabilities to the bit. */
  @ParameterizedTest
  @ValueSource(strings = {"bart", "mbart", "t5-v1_0", "t5-v1_1"})
  void answersOfFullDepthAreProved(String family) {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model(family), 2);
        EncoderDecoderModel other = EncoderDecoderModel.open(model(family), 1)) {
      List<Request> requests = requests();
      List<Generation> answers = answers(model, requests);
      for (int i = 0; i < requests.size(); i++) {
        Request request = requests.get(i);
        Receipt receipt = Proof.receipt(model, request, answers.get(i));
        assertProved(other, request, answers.get(i), receipt);
        Request lossless =
            new Request(
                request.input(),
                request.options().withExits(ExitSettings.parse("max_prob:0.1@lossless")));
        Generation verified = model.generate(lossless.input(), lossless.options());
        Receipt same = Proof.receipt(model, lossless, verified);
        assertProved(other, lossless, verified, same);
        assertThat(List.of(same.origin(), same.tokens()))
            .isEqualTo(List.of(receipt.origin(), receipt.tokens()));
      }
      assertThat(answers).extracting(Generation::finish).contains(Finish.EOS, Finish.LENGTH);
    }
  }

  @ParameterizedTest
  @EnumSource(WeightPrecision.class)
  void everyPrecisionIsProvedToTheBit(WeightPrecision precision) {
    OpenOptions options = OpenOptions.defaults().withPrecision(precision).withThreads(1);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model("t5-v1_1"), options)) {
      GenerationOptions longer = FULL.withMinNewTokens(300).withMaxNewTokens(300);
      List<Request> requests = new ArrayList<>(requests());
      requests.add(new Request(Input.ofTokenIds(5, 6, 7), longer));
      List<Generation> answers = answers(model, requests);
      for (int i = 0; i < requests.size(); i++) {
        Receipt receipt = Proof.receipt(model, requests.get(i), answers.get(i));
        assertThat(receipt.origin().precision()).isEqualTo(precision.label());
        assertProved(model, requests.get(i), answers.get(i), receipt);
      }
    }
  }

  @Test
  void whatWasChangedIsFoundWhereItIs() {
    Random random = new Random(8);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model("mbart"), 2)) {
      List<Request> requests = requests();
      List<Generation> answers = answers(model, requests);
      for (int i = 0; i < requests.size(); i++) {
        Request request = requests.get(i);
        Generation answer = answers.get(i);
        int length = answer.tokens().size();
        int at = random.nextInt(length);
        int was = answer.tokenIds().get(at);
        List<Integer> changed = new ArrayList<>(answer.tokenIds());
        // A token that ends no answer, and one that the vocabulary lacks.
        for (int id : List.of(299 - was % 2, 1 << 20, -1)) {
          changed.set(at, id);
          Difference found = difference(model, request, ids(answer, changed));
          assertThat(found.position()).isEqualTo(at);
          assertThat(found.claimed()).isEqualTo(id);
          assertThat(found.expected()).isEqualTo(was);
        }
        Difference cut = difference(model, request, ids(answer, answer.tokenIds().subList(0, at)));
        assertThat(cut).isEqualTo(new Difference(at, null, was));
        List<Integer> longer = new ArrayList<>(answer.tokenIds());
        longer.add(77);
        assertThat(difference(model, request, ids(answer, longer)))
            .isEqualTo(new Difference(length, 77, null));
      }
    }
  }

  private static Difference difference(
      EncoderDecoderModel model, Request request, AnswerClaim claim) {
    ProofResult result = Proof.check(model, request, claim);
    assertThat(result.equal()).isFalse();
    return Objects.requireNonNull(result.difference());
  }

  @Test
  void anotherSeedAnotherModelAndOtherSettingsAreFound() {
    Request request =
        new Request(
            Input.ofTokenIds(5, 6, 7, 8), FULL.withSampling(true).withSeed(1).withTemperature(2));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model("t5-v1_0"), 1);
        EncoderDecoderModel other = EncoderDecoderModel.open(model("t5-v1_1"), 1)) {
      Generation answer = model.generate(request.input(), request.options());
      Receipt receipt = Proof.receipt(model, request, answer);
      AnswerClaim claim = AnswerClaim.of(answer, receipt);
      assertProved(model, request, answer, receipt);

      Request seed = new Request(request.input(), request.options().withSeed(2));
      Generation drawn = model.generate(seed.input(), seed.options());
      int first =
          IntStream.range(0, 24)
              .filter(at -> !drawn.tokenIds().get(at).equals(answer.tokenIds().get(at)))
              .findFirst()
              .orElseThrow();
      ProofResult reseeded = Proof.check(model, seed, claim);
      assertThat(Objects.requireNonNull(reseeded.difference()).position()).isEqualTo(first);
      assertThat(reseeded.difference().expected()).isEqualTo(drawn.tokenIds().get(first));
      assertThat(reseeded.mismatches()).containsExactly("receipt.settings");

      Request elsewhere = new Request(Input.ofTokenIds(5, 6, 7, 9), request.options());
      assertThat(Proof.check(model, elsewhere, claim).mismatches()).contains("receipt.input");
      ProofResult foreign = Proof.check(other, request, claim);
      assertThat(foreign.equal()).isFalse();
      assertThat(foreign.mismatches()).contains("receipt.model");

      // What the answer says beside its tokens.
      List<Double> logProbabilities = new ArrayList<>(answer.logProbabilities());
      logProbabilities.set(3, Math.nextUp(logProbabilities.get(3)));
      AnswerClaim untrue =
          new AnswerClaim(answer.tokenIds(), Finish.STOP, null, logProbabilities, receipt);
      assertThat(Proof.check(model, request, untrue))
          .isEqualTo(new ProofResult(false, 24, null, List.of("finish", "log_probs")));
    }
  }

  /** What exits emitted is held against full depth, with receipts that say which exits. */
  @ParameterizedTest
  @ValueSource(strings = {"max_prob:0.1", "static:2", "similarity:0.5"})
  void exitsAreHeldAgainstFullDepth(String policy) {
    Random random = new Random(3);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model("bart"), 2)) {
      for (int round = 0; round < 6; round++) {
        GenerationOptions options =
            FULL.withExits(ExitSettings.parse(policy)).withSampling(round % 2 == 1);
        Request request = new Request(text(random), options);
        Generation early = model.generate(request.input(), options);
        Generation deep = model.generate(request.input(), options.withExits(ExitSettings.full()));
        Receipt receipt = Proof.receipt(model, request, early);
        ProofResult result = Proof.check(model, request, AnswerClaim.of(early, receipt));
        boolean isDeep = early.tokenIds().equals(deep.tokenIds());
        assertThat(result.difference() == null).isEqualTo(isDeep);
        assertThat(result.mismatches()).isSubsetOf("log_probs");
        if (!isDeep) {
          Difference found = Objects.requireNonNull(result.difference());
          assertThat(found.expected()).isEqualTo(deep.tokenIds().get(found.position()));
        }
        // Full depth's answer is full depth's, whatever exits the request has.
        assertThat(Proof.check(model, request, AnswerClaim.of(deep, null)).equal()).isTrue();
      }
    }
  }

  /** The text that people read is held against the tokens, and ends before a stop string. */
  @Test
  void textsAndStopStringsAreChecked() {
    Input picture = Input.ofImage(PICTURES.resolve("samples/one-row.png"));
    GenerationOptions options = FULL.withMaxNewTokens(60).withStop(List.of("small-title"));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(PICTURES, 2)) {
      for (GenerationOptions each : List.of(options, options.withStop(List.of()))) {
        Request request = new Request(picture, each);
        Generation answer = model.generate(picture, each);
        Receipt receipt = Proof.receipt(model, request, answer);
        assertProved(model, request, answer, receipt);
        AnswerClaim untrue =
            new AnswerClaim(answer.tokenIds(), answer.finish(), "100 EUR", List.of(), receipt);
        assertThat(Proof.check(model, request, untrue).mismatches()).containsExactly("text");
      }
      Generation stopped = model.generate(picture, options);
      assertThat(stopped.finish()).isEqualTo(Finish.STOP);
      List<Integer> longer = new ArrayList<>(stopped.tokenIds());
      longer.add(longer.getFirst());
      assertThat(difference(model, new Request(picture, options), ids(stopped, longer)).position())
          .isEqualTo(stopped.tokens().size());
    }
  }

  @Test
  void whatCannotBeProvedIsRefusedInOneLine() {
    Input input = Input.ofTokenIds(5, 6, 7, 8);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model("bart"), 1)) {
      Request beams = new Request(input, FULL.withBeams(2));
      Generation answer = model.generate(input, FULL);
      String message = "proof: is for one greedy or drawn answer, not for beams";
      assertThatThrownBy(() -> Proof.check(model, beams, AnswerClaim.of(answer, null)))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(message);
      assertThatThrownBy(() -> Proof.receipt(model, beams, model.generate(input, beams.options())))
          .hasMessageStartingWith(message);
      GenerationOptions untold = FULL.withLogProbabilities(false);
      Request silent = new Request(input, untold);
      Generation said = model.generate(input, untold);
      assertProved(model, silent, said, Proof.receipt(model, silent, said));
    }
    OpenOptions some = OpenOptions.defaults().withTokens(new TreeSet<>(List.of(3, 4, 5)));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model("bart"), some)) {
      assertThatThrownBy(
              () -> Proof.receipt(model, new Request(input, FULL), model.generate(input, FULL)))
          .hasMessageStartingWith("proof: is not for a model that was opened with some tokens");
    }
  }

  /** An engine may allow fewer tokens than the folder does; receipts say so. */
  @Test
  void theLengthThatAnEngineAllowedIsStated() {
    Input input = Input.ofTokenIds(5, 6, 7);
    GenerationOptions options =
        GenerationOptions.defaults()
            .withExits(ExitSettings.full())
            .withSetting("eos_token_id", null);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model("t5-v1_1"), 1);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(2).withMaxNewTokens(6))) {
      Request request = new Request(input, options);
      Generation answer = engine.submit(request).result().join().orThrow();
      assertThat(answer.tokens()).hasSize(6);
      Receipt receipt = Proof.receipt(model, request, answer);
      assertThat(receipt.stated()).contains("\"max_new_tokens\":6");
      assertProved(model, new Request(input, options.withMaxNewTokens(6)), answer, receipt);
      assertThat(difference(model, request, AnswerClaim.of(answer, receipt)).position())
          .isEqualTo(6);
    }
  }
}
