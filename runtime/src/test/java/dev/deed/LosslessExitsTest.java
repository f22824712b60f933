package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.model.front.PictureFront;
import dev.deed.value.DraftPrecision;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lossless exits as applications ask for them: the answers of full depth, and what is refused. */
final class LosslessExitsTest {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", ".."));
  private static final Path RESOURCES = ROOT.resolve("core/src/test/resources");
  private static final GenerationOptions OPTIONS =
      GenerationOptions.defaults().withMaxNewTokens(24);
  private static final List<String> POLICIES =
      List.of("max_prob:0.1", "margin:0.05", "entropy:-2", "max_prob:2", "static:2", "default:0.3");

  private static EncoderDecoderModel open(String family) {
    return EncoderDecoderModel.open(
        RESOURCES.resolve("golden/exits").resolve(family).resolve("model"), 2);
  }

  private static GenerationOptions lossless(GenerationOptions options, String policy) {
    return options.withExits(ExitSettings.parse(policy).with(ExitSetting.LOSSLESS, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "mbart", "t5-v1_0", "t5-v1_1", "vision"})
  void answersAreThoseOfFullDepth(String family) {
    Random random = new Random(22);
    try (EncoderDecoderModel model = open(family)) {
      List<Request> full = new ArrayList<>();
      List<Request> verified = new ArrayList<>();
      for (String policy : POLICIES) {
        for (GenerationOptions each : chains()) {
          Input input = family.equals("vision") ? picture(model, random) : text(random);
          full.add(new Request(input, each.withExits(ExitSettings.full())));
          GenerationOptions options = lossless(each, policy);
          int most = random.nextInt(6);
          verified.add(
              new Request(
                  input,
                  most == 0
                      ? options
                      : options.withExits(
                          options
                              .exits()
                              .with(ExitSetting.DRAFT_TOKENS, most)
                              .with(ExitSetting.MIN_LAYER, 2))));
        }
      }
      int drafted = 0;
      int accepted = 0;
      List<Result<Generation>> expected = model.generate(full);
      List<Result<Generation>> found = model.generate(verified);
      for (int i = 0; i < full.size(); i++) {
        Generation answer = found.get(i).orThrow();
        assertSame(answer, expected.get(i).orThrow());
        assertThat(answer.lossless()).isTrue();
        drafted += answer.drafted();
        accepted += answer.accepted();
      }
      // Exits of the tiny picture model never agree with its last layer.
      assertThat(accepted).isBetween(family.equals("vision") ? 0 : 1, drafted - 1);
    }
  }

  /** Where nothing leaves early, and where the narrow layers leave at exits. */
  @ParameterizedTest
  @ValueSource(strings = {"bart", "mbart", "t5-v1_0", "t5-v1_1", "vision"})
  void narrowLayersDraft(String family) {
    Random random = new Random(23);
    try (EncoderDecoderModel model = open(family)) {
      List<Request> full = new ArrayList<>();
      List<Request> verified = new ArrayList<>();
      for (String policy : List.of("full", "max_prob:0.3", "static:3")) {
        for (GenerationOptions each : chains()) {
          Input input = family.equals("vision") ? picture(model, random) : text(random);
          full.add(new Request(input, each.withExits(ExitSettings.full())));
          verified.add(new Request(input, narrow(each, policy)));
        }
      }
      List<Result<Generation>> expected = model.generate(full);
      List<Result<Generation>> found = model.generate(verified);
      for (int i = 0; i < full.size(); i++) {
        Generation answer = found.get(i).orThrow();
        assertSame(answer, expected.get(i).orThrow());
        if (i < chains().size()) {
          assertThat(answer.accepted()).isPositive();
          assertThat(answer.exitLayers()).containsOnly(0, model.decoderLayers());
        }
      }
    }
  }

  /** Of models this small no narrow draft promises to pay; a given number is tried all the same. */
  private static GenerationOptions narrow(GenerationOptions options, String policy) {
    return options.withExits(
        ExitSettings.parse(policy)
            .with(ExitSetting.LOSSLESS, true)
            .with(ExitSetting.DRAFT_TOKENS, 4)
            .with(ExitSetting.DRAFT_PRECISION, DraftPrecision.INT8));
  }

  /** A copy would be no narrower than what is there, or is not allowed. */
  @ParameterizedTest
  @EnumSource(
      value = WeightPrecision.class,
      names = {"FP32", "INT8", "W8A8"})
  void modelsWithoutANarrowCopyDraftWithTheirOwnLayers(WeightPrecision precision) {
    Input input = Input.ofTokenIds(5, 6, 7, 8);
    Path folder = RESOURCES.resolve("golden/exits/bart/model");
    OpenOptions opening =
        OpenOptions.defaults()
            .withThreads(1)
            .withPrecision(precision)
            .withNarrowDrafts(precision != WeightPrecision.FP32);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, opening)) {
      Generation full = model.generate(input, OPTIONS.withExits(ExitSettings.full()));
      for (String policy : List.of("full", "max_prob:0.1")) {
        Generation answer = model.generate(input, narrow(OPTIONS, policy));
        Generation own =
            model.generate(
                input,
                OPTIONS.withExits(
                    ExitSettings.parse(policy)
                        .with(ExitSetting.LOSSLESS, true)
                        .with(ExitSetting.DRAFT_TOKENS, 4)));
        assertSame(answer, full);
        assertThat(answer.drafted()).isEqualTo(own.drafted());
        assertThat(answer.exitLayers()).isEqualTo(own.exitLayers());
      }
    }
  }

  /** All of them wait for one copy of the layers. */
  @Test
  void requestsMayAskForNarrowDraftsAtOnce() {
    Input input = Input.ofTokenIds(5, 6, 7, 8);
    try (EncoderDecoderModel model = open("t5-v1_1");
        Engine engine = model.engine(EngineOptions.defaults().withMaxRows(4).withKnee(2))) {
      Generation full = model.generate(input, OPTIONS.withExits(ExitSettings.full()));
      Request request = new Request(input, narrow(OPTIONS, "full"));
      List<Generation> answers =
          IntStream.range(0, 8)
              .parallel()
              .mapToObj(_ -> engine.submit(request).result().join().orThrow())
              .toList();
      for (Generation answer : answers) {
        assertSame(answer, full);
        assertThat(answer.exitLayers()).isEqualTo(answers.getFirst().exitLayers());
        assertThat(answer.accepted()).isPositive();
      }
    }
  }

  private static List<GenerationOptions> chains() {
    return List.of(
        OPTIONS,
        OPTIONS.withSetting("repetition_penalty", 1.3),
        OPTIONS.withSampling(true).withSeed(5).withTopK(0).withTemperature(0.8),
        OPTIONS.withSampling(true).withSeed(11).withTopP(0.9).withReturnedSequences(3));
  }

  private static void assertSame(Generation answer, Generation full) {
    assertThat(full.lossless()).isFalse();
    assertThat(full.drafted() + full.accepted()).isZero();
    assertThat(answer.sequences()).hasSameSizeAs(full.sequences());
    for (int i = 0; i < full.sequences().size(); i++) {
      GeneratedSequence one = answer.sequences().get(i);
      GeneratedSequence other = full.sequences().get(i);
      assertThat(one.tokenIds()).isEqualTo(other.tokenIds());
      assertThat(one.logProbabilities()).isEqualTo(other.logProbabilities());
      assertThat(one.text()).isEqualTo(other.text());
      assertThat(one.finish()).isEqualTo(other.finish());
      assertThat(one.score()).isEqualTo(other.score());
    }
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

  @Test
  void exitLayersTellWhereTokensWereDrafted() {
    try (EncoderDecoderModel model = open("t5-v1_1")) {
      Generation answer =
          model.generate(Input.ofTokenIds(5, 6, 7, 8), lossless(OPTIONS, "static:2"));
      assertThat(answer.drafted()).isPositive();
      assertThat(answer.exitLayers()).isSubsetOf(2, 6);
      assertThat(answer.exitLayers().stream().filter(layer -> layer == 2).count())
          .isEqualTo(answer.accepted());
    }
  }

  @Test
  void listenersHearTheTokensOfFullDepth() {
    try (EncoderDecoderModel model = open("bart")) {
      Input input = Input.ofTokenIds(5, 6, 7, 8);
      List<Integer> heard = new ArrayList<>();
      Generation answer =
          model.generate(
              input, lossless(OPTIONS, "max_prob:0.1"), (token, text) -> heard.add(token.id()));
      assertThat(heard).isEqualTo(answer.tokenIds());
    }
  }

  @Test
  void stopStringsEndAnswersWhereTheyEndAtFullDepth() {
    Path folder = ROOT.resolve("models/screenshot-markup");
    Input input = Input.ofImage(folder.resolve("samples/one-row.png"));
    GenerationOptions plain = OPTIONS.withMaxNewTokens(60).withExits(ExitSettings.full());
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 2)) {
      String text = Objects.requireNonNull(model.generate(input, plain).text());
      for (int from = 1; from + 3 < text.length(); from += 23) {
        GenerationOptions stopped = plain.withStop(List.of(text.substring(from, from + 3)));
        Generation answer = model.generate(input, lossless(stopped, "max_prob:0.5"));
        assertSame(answer, model.generate(input, stopped));
        assertThat(answer.finish()).isEqualTo(Finish.STOP);
      }
    }
  }

  /** Nothing leaves early, so nothing is drafted. */
  @Test
  void fullDepthHasNoDrafts() {
    Input input = Input.ofTokenIds(5, 6, 7, 8);
    try (EncoderDecoderModel model = open("bart");
        EncoderDecoderModel withoutExits =
            EncoderDecoderModel.open(RESOURCES.resolve("families/marian/model"), 1)) {
      for (EncoderDecoderModel each : List.of(model, withoutExits)) {
        String policy = each == model ? "full" : "default";
        Generation answer = each.generate(input, lossless(OPTIONS, policy));
        assertSame(answer, each.generate(input, OPTIONS.withExits(ExitSettings.full())));
        assertThat(answer.lossless()).isTrue();
        assertThat(answer.drafted()).isZero();
        assertThat(answer.exitLayers()).containsOnly(each.decoderLayers());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max_prob:0.5@lossless | 2 | lossless exits: verify greedy or drawn answers, and num_beams",
        "max_prob:0.5@drafts=4 | 1 | draft_tokens: belongs to lossless exits; ask for these too",
        "default@ngrams=4 | 1 | draft_ngrams: belongs to lossless exits; ask for these too",
        "default@draft_precision=int8 | 1 | draft_precision: belongs to lossless exits; ask",
        "full@lossless,draft_precision=int8 | 2 | lossless exits: verify greedy or drawn answers",
      })
  void whatDoesNotGoTogetherIsRefused(String exits, int beams, String message) {
    Request request =
        new Request(
            Input.ofTokenIds(5, 6), OPTIONS.withExits(ExitSettings.parse(exits)).withBeams(beams));
    try (EncoderDecoderModel model = open("bart");
        Engine engine = model.engine(EngineOptions.defaults().withMaxRows(4).withKnee(2))) {
      assertThatThrownBy(() -> model.generate(request.input(), request.options()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(message)
          .message()
          .doesNotContain("\n");
      assertThatThrownBy(() -> engine.submit(request))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(message);
    }
  }

  /** It stands in where lossless exits are asked for and nothing else is named. */
  @Test
  void aModelMayStateASecondPolicyForLosslessExits(@TempDir Path folder) throws IOException {
    ObjectNode policy =
        new ObjectMapper().createObjectNode().put("confidence", "margin").put("threshold", 0.05);
    policy.put("draft_tokens", 3).putArray("layers").add(2).add(4);
    write(folder, exits -> exits.set("lossless_policy", policy));
    Input input = Input.ofTokenIds(5, 6, 7, 8);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      assertThat(model.ownExits()).hasToString("max_prob:0.9");
      for (String[] each :
          new String[][] {
            {"default", "max_prob:0.9"},
            {"default@lossless", "margin:0.05@layers=2,4,lossless,drafts=3"},
            {"default:0.5@lossless", "margin:0.5@layers=2,4,lossless,drafts=3"},
            {"default@lossless,drafts=6", "margin:0.05@layers=2,4,lossless,drafts=6"},
            {"default@lossless=false", "max_prob:0.9@lossless=false"},
            {"max_prob:0.3@lossless", "max_prob:0.3@lossless"},
            {"max_prob@lossless", "max_prob:0.9@lossless"},
          }) {
        assertThat(model.internals().resolvedExits(ExitSettings.parse(each[0])))
            .hasToString(each[1]);
      }
      ExitSettings asked = ExitSettings.own().with(ExitSetting.LOSSLESS, true);
      Generation verified = model.generate(input, OPTIONS.withExits(asked));
      assertSame(verified, model.generate(input, OPTIONS.withExits(ExitSettings.full())));
      assertThat(verified.lossless()).isTrue();
      assertThat(verified.exitLayers()).isSubsetOf(2, 4, 6);
      assertThat(model.generate(input, OPTIONS).lossless()).isFalse();
    }
  }

  private static void write(Path folder, Consumer<ObjectNode> change) throws IOException {
    Path golden = RESOURCES.resolve("golden/exits/bart/model");
    try (Stream<Path> files = Files.list(golden)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    ObjectMapper mapper = new ObjectMapper();
    Path config = folder.resolve("config.json");
    ObjectNode json = (ObjectNode) mapper.readTree(Files.readString(config));
    change.accept((ObjectNode) json.get("exits"));
    Files.writeString(config, json.toString());
  }

  @Test
  void aModelMayBeLosslessOnItsOwn(@TempDir Path folder) throws IOException {
    write(
        folder,
        exits -> {
          exits.put("threshold", 0.1).put("lossless", true);
          exits.put("draft_tokens", 3).put("draft_ngrams", 2).put("draft_precision", "int8");
        });
    Input input = Input.ofTokenIds(5, 6, 7, 8);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      assertThat(model.ownExits())
          .hasToString("max_prob:0.1@lossless,drafts=3,ngrams=2,draft_precision=int8");
      Generation own = model.generate(input, OPTIONS);
      Generation full = model.generate(input, OPTIONS.withExits(ExitSettings.full()));
      assertSame(own, full);
      assertThat(own.drafted()).isPositive();
      ExitSettings off = ExitSettings.own().with(ExitSetting.LOSSLESS, false);
      Generation plain = model.generate(input, OPTIONS.withExits(off));
      assertThat(plain.lossless()).isFalse();
      assertThat(plain.drafted()).isZero();
      assertThatThrownBy(() -> model.generate(input, OPTIONS.withBeams(2)))
          .hasMessageContaining("lossless exits: verify greedy or drawn answers");
    }
  }
}
