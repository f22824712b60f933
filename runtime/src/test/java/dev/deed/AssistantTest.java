package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.model.front.PictureFront;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link OpenOptions#withAssistant} makes answers sooner, and no others. */
final class AssistantTest {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("deed.root")));
  private static final Path GOLDEN = ROOT.resolve("core/src/test/resources/golden/exits");
  private static final GenerationOptions OPTIONS =
      GenerationOptions.defaults().withMaxNewTokens(24);
  private static final ExitSettings OFF = ExitSettings.own().with(ExitSetting.LOSSLESS, false);

  /** Of models this small no draft promises to pay; a given number is tried all the same. */
  private static final ExitSettings TRIED = ExitSettings.own().with(ExitSetting.DRAFT_TOKENS, 3);

  @TempDir private Path folder;

  private static Path model(String family) {
    return GOLDEN.resolve(family).resolve("model");
  }

  /** A model of the same weights, without exits, and of another configuration. */
  private Path changed(Path model, Consumer<ObjectNode> change) throws IOException {
    Path copy = Files.createTempDirectory(folder, "assistant");
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    ObjectMapper mapper = new ObjectMapper();
    Path config = copy.resolve("config.json");
    ObjectNode json = (ObjectNode) mapper.readTree(Files.readString(config));
    json.remove("exits");
    change.accept(json);
    Files.writeString(config, json.toString());
    return copy;
  }

  private static void set(ObjectNode config, List<String> names, int value) {
    for (String name : names) {
      ObjectNode part =
          config.path("decoder") instanceof ObjectNode inner && inner.has(name) ? inner : config;
      if (part.has(name)) {
        part.put(name, value);
      }
    }
  }

  private static void keepLayers(ObjectNode config, int layers) {
    set(config, List.of("decoder_layers", "num_decoder_layers"), layers);
  }

  private static List<GenerationOptions> chains() {
    return List.of(
        OPTIONS,
        OPTIONS.withSetting("repetition_penalty", 1.3),
        OPTIONS.withSampling(true).withSeed(5).withTopK(0).withTemperature(0.8),
        OPTIONS.withSampling(true).withSeed(11).withTopP(0.9).withReturnedSequences(3));
  }

  private static Input input(EncoderDecoderModel model, Random random) {
    if (!(model.internals().spec().encoder().front() instanceof PictureFront front)) {
      return Input.ofTokenIds(random.ints(1 + random.nextInt(30), 5, 40).toArray());
    }
    float[] pixels = new float[front.channels() * front.height() * front.width()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat() - 0.5f;
    }
    List<Integer> shape = List.of(front.channels(), front.height(), front.width());
    return Input.empty().withTensor("pixel_values", pixels, shape);
  }

  private static void assertSame(Generation answer, Generation full) {
    assertThat(answer.sequences()).hasSameSizeAs(full.sequences());
    for (int i = 0; i < full.sequences().size(); i++) {
      GeneratedSequence one = answer.sequences().get(i);
      GeneratedSequence other = full.sequences().get(i);
      assertThat(one.tokenIds()).isEqualTo(other.tokenIds());
      assertThat(one.logProbabilities()).isEqualTo(other.logProbabilities());
      assertThat(one.finish()).isEqualTo(other.finish());
    }
    assertThat(answer.lossless()).isTrue();
  }

  /** Right, half right and wrong; with the model's encoder and with one of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"bart", "mbart", "t5-v1_0", "t5-v1_1", "vision"})
  void answersAreThoseOfFullDepth(String family) throws IOException {
    Path own = model(family);
    for (Path assistant :
        List.of(
            own,
            changed(own, config -> keepLayers(config, 5)),
            changed(own, config -> keepLayers(config, 1)),
            changed(own, config -> set(config, List.of("encoder_layers", "num_layers"), 1)))) {
      OpenOptions options = OpenOptions.defaults().withThreads(2).withAssistant(assistant);
      Random random = new Random(5);
      try (EncoderDecoderModel plain = EncoderDecoderModel.open(own, 2);
          EncoderDecoderModel model = EncoderDecoderModel.open(own, options);
          Engine engine = model.engine(EngineOptions.defaults().withMaxRows(4).withKnee(2))) {
        List<Request> requests = new ArrayList<>();
        List<Generation> expected = new ArrayList<>();
        for (GenerationOptions each : chains()) {
          Input input = input(plain, random);
          requests.add(new Request(input, each.withExits(TRIED)));
          requests.add(new Request(input, each));
          Generation full = plain.generate(input, each.withExits(ExitSettings.full()));
          expected.addAll(List.of(full, full));
        }
        List<Result<Generation>> found = model.generate(requests);
        List<Ticket> tickets = new ArrayList<>();
        for (Request request : requests) {
          tickets.add(engine.submit(request));
          engine.submit(request).cancel();
        }
        int[] drafts = new int[2];
        for (int i = 0; i < expected.size(); i++) {
          Generation answer = found.get(i).orThrow();
          assertSame(answer, expected.get(i));
          Generation inFlight = tickets.get(i).result().join().orThrow();
          assertSame(inFlight, expected.get(i));
          assertThat(inFlight.exitLayers()).isEqualTo(answer.exitLayers());
          drafts[0] += answer.drafted();
          drafts[1] += answer.accepted();
        }
        assertThat(drafts[0]).isPositive();
        if (assistant.equals(own)) {
          // The assistant's weights are narrower.
          assertThat(drafts[1]).isGreaterThan(drafts[0] * 8 / 10);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(WeightPrecision.class)
  void answersAreThoseOfFullDepthInEveryPrecision(WeightPrecision precision) throws IOException {
    Path own = ROOT.resolve("models/screenshot-markup");
    Input input = Input.ofImage(own.resolve("samples/one-row.png"));
    Path assistant = changed(own, config -> keepLayers(config, 2));
    OpenOptions options = OpenOptions.defaults().withThreads(2).withPrecision(precision);
    try (EncoderDecoderModel plain = EncoderDecoderModel.open(own, options);
        EncoderDecoderModel model =
            EncoderDecoderModel.open(own, options.withAssistant(assistant))) {
      for (GenerationOptions each :
          List.of(
              OPTIONS, OPTIONS.withSampling(true).withSeed(3), OPTIONS.withStop(List.of("}")))) {
        Generation full = plain.generate(input, each.withExits(ExitSettings.full()));
        GenerationOptions beside =
            each.withExits(TRIED.with(ExitSetting.DRAFT_NGRAMS, 2)).withPrediction(full.text());
        for (GenerationOptions drafted : List.of(each.withExits(TRIED), beside)) {
          Generation answer = model.generate(input, drafted);
          assertSame(answer, full);
          assertThat(answer.text()).isEqualTo(full.text());
          assertThat(answer.drafted()).isPositive();
        }
        Request plainly = new Request(input, each.withExits(TRIED));
        Receipt receipt = Proof.receipt(model, plainly, model.generate(input, plainly.options()));
        AnswerClaim claim = AnswerClaim.of(full, receipt);
        assertThat(Proof.check(plain, new Request(input, full(each)), claim).equal()).isTrue();
      }
    }
  }

  private static GenerationOptions full(GenerationOptions options) {
    return options.withExits(ExitSettings.full());
  }

  @Test
  void aFolderMayNameItsAssistantAndARequestMayDoWithout() throws IOException {
    Path assistant = changed(model("bart"), config -> keepLayers(config, 5));
    String name = "../" + assistant.getFileName();
    Path own = changed(model("bart"), config -> config.put("assistant", name));
    Input input = Input.ofTokenIds(5, 6, 7, 8);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(own, 1)) {
      Generation full = model.generate(input, full(OPTIONS));
      assertThat(full.lossless()).isFalse();
      Generation drafted = model.generate(input, OPTIONS.withExits(TRIED));
      assertSame(drafted, full);
      assertThat(drafted.drafted()).isPositive();
      assertThat(drafted.exitLayers()).isSubsetOf(0, 6);
      assertThat(model.generate(input, OPTIONS.withExits(OFF)).lossless()).isFalse();
      assertThat(model.generate(input, OPTIONS.withBeams(2)).lossless()).isFalse();
      assertThatThrownBy(() -> model.generate(input, OPTIONS.withExits(TRIED).withBeams(2)))
          .hasMessageStartingWith("draft_tokens: belongs to lossless exits");
    }
    Path strange = changed(model("bart"), config -> config.put("assistant", "https://a.b/c"));
    assertThatThrownBy(() -> EncoderDecoderModel.open(strange, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("config.json: assistant: is an address");
  }

  @Test
  void aPairThatDoesNotGoTogetherIsRefused() throws IOException {
    assertRefused("bart", model("mbart"), "begins answers with token 4, and ");
    assertRefused("bart", model("vision"), "has another encoder than ");
    Path fewer = changed(model("t5-v1_0"), config -> config.put("vocab_size", 499));
    assertThatThrownBy(() -> open("t5-v1_0", fewer)).isInstanceOf(InputException.class);
    Path shipped = ROOT.resolve("models/screenshot-markup");
    assertRefused("bart", shipped, "tokens, and ");
    assertThatThrownBy(() -> open("bart", folder.resolve("nowhere")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not a folder");
  }

  private static void open(String family, Path assistant) {
    EncoderDecoderModel.open(
            model(family), OpenOptions.defaults().withThreads(1).withAssistant(assistant))
        .close();
  }

  private static void assertRefused(String family, Path assistant, String why) {
    assertThatThrownBy(() -> open(family, assistant))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("assistant " + assistant + ": ")
        .hasMessageContaining(why)
        .message()
        .doesNotContain("\n");
  }
}
