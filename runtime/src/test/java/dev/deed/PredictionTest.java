package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link GenerationOptions#withPrediction} makes answers sooner, and no others. */
final class PredictionTest {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("deed.root")));
  private static final Path FOLDER = ROOT.resolve("models/screenshot-markup");
  private static final Input SAMPLE = Input.ofImage(FOLDER.resolve("samples/one-row.png"));
  private static final GenerationOptions OPTIONS =
      GenerationOptions.defaults().withMaxNewTokens(40);

  private static GenerationOptions sampled(long seed) {
    return OPTIONS.withSampling(true).withTopK(0).withTemperature(2).withSeed(seed);
  }

  private static GenerationOptions full(GenerationOptions options) {
    return options.withExits(ExitSettings.full());
  }

  /** Right, half right, shuffled, empty, of another language, and made to mislead. */
  private static List<String> predictions(String text, Random random) {
    List<String> words = new ArrayList<>(Arrays.asList(text.split(" ")));
    List<String> half = new ArrayList<>(words);
    half.replaceAll(word -> random.nextBoolean() ? word : "text");
    Collections.shuffle(words, random);
    return List.of(
        text,
        String.join(" ", half),
        String.join(" ", words),
        "",
        "Nichts davon steht hier.",
        text.replace(" }", " } }"),
        text.substring(text.length() / 2) + " " + text,
        "row { ".repeat(2_000));
  }

  private static void assertSame(Generation found, Generation full) {
    assertThat(found.tokenIds()).isEqualTo(full.tokenIds());
    assertThat(found.logProbabilities()).isEqualTo(full.logProbabilities());
    assertThat(found.text()).isEqualTo(full.text());
    assertThat(found.finish()).isEqualTo(full.finish());
    assertThat(found.lossless()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(WeightPrecision.class)
  void answersAreThoseWithoutIt(WeightPrecision precision) {
    OpenOptions options = OpenOptions.defaults().withThreads(2).withPrecision(precision);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(FOLDER, options)) {
      Random random = new Random(7);
      List<Request> requests = new ArrayList<>();
      List<Generation> expected = new ArrayList<>();
      for (GenerationOptions each : List.of(OPTIONS, sampled(3), sampled(4))) {
        Generation whole = model.generate(SAMPLE, full(each));
        for (String text : predictions(Objects.requireNonNull(whole.text()), random)) {
          GenerationOptions exits = random.nextBoolean() ? each : full(each);
          requests.add(new Request(SAMPLE, exits.withPrediction(text)));
          expected.add(whole);
        }
      }
      List<Result<Generation>> batch = model.generate(requests);
      for (int i = 0; i < batch.size(); i++) {
        assertSame(batch.get(i).orThrow(), expected.get(i));
      }
    }
  }

  @Test
  void requestsInFlightDoNotDisturbOneAnother() throws Exception {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(FOLDER, 2);
        Engine engine = model.engine(EngineOptions.defaults().withMaxRows(5))) {
      Generation whole = model.generate(SAMPLE, full(OPTIONS));
      Generation stopped = model.generate(SAMPLE, full(OPTIONS).withStop(List.of("single {")));
      assertThat(stopped.finish()).isEqualTo(Finish.STOP);
      List<Ticket> tickets = new ArrayList<>();
      String text = Objects.requireNonNull(whole.text());
      for (String prediction : predictions(text, new Random(8))) {
        GenerationOptions predicted = OPTIONS.withPrediction(prediction);
        tickets.add(engine.submit(new Request(SAMPLE, predicted)));
        tickets.add(engine.submit(new Request(SAMPLE, predicted.withStop(List.of("single {")))));
        engine.submit(new Request(SAMPLE, predicted)).cancel();
      }
      for (int i = 0; i < tickets.size(); i++) {
        assertSame(tickets.get(i).await(), i % 2 == 0 ? whole : stopped);
      }
    }
  }

  @Test
  void aRightOneTakesFewPassesAndAUselessOneHardlyMore() {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(FOLDER, 1)) {
      GenerationOptions full = full(OPTIONS);
      Generation whole = model.generate(SAMPLE, full);
      Generation right = model.generate(SAMPLE, full.withPrediction(whole.text()));
      assertThat(right.layerPasses()).isLessThan(whole.layerPasses() / 3);
      assertThat(right.accepted()).isEqualTo(right.drafted());
      assertThat(right.exitLayers()).contains(0);
      Generation useless = model.generate(SAMPLE, full.withPrediction("Nichts davon."));
      assertThat(useless.layerPasses()).isLessThanOrEqualTo(whole.layerPasses());
      assertThat(useless.layersRun()).isLessThan(whole.layersRun() * 105 / 100);
    }
  }

  @Test
  void whatDoesNotSuitIsRefused() {
    GenerationOptions predicted = OPTIONS.withPrediction("row { }");
    try (EncoderDecoderModel model = EncoderDecoderModel.open(FOLDER, 1)) {
      assertRefused(model, predicted.withBeams(2), "prediction: is for greedy or drawn answers");
      ExitSettings off = ExitSettings.own().with(ExitSetting.LOSSLESS, false);
      assertRefused(model, predicted.withExits(off), "prediction: is verified by lossless exits");
      String many = "{ ".repeat(GenerationOptions.MOST_PREDICTED + 1);
      assertRefused(
          model, OPTIONS.withPrediction(many), "prediction: comes to more than the 65536");
      try (Engine engine = model.engine(EngineOptions.defaults())) {
        String fewer = "{ ".repeat(5_000);
        assertThatThrownBy(() -> engine.submit(new Request(SAMPLE, OPTIONS.withPrediction(fewer))))
            .isInstanceOf(InputException.class)
            .hasMessageContaining("prediction: comes to more than the 4096 tokens allowed");
      }
    }
    Path bare = ROOT.resolve("core/src/test/resources/golden/exits/bart/model");
    try (EncoderDecoderModel model = EncoderDecoderModel.open(bare, 1)) {
      assertThatThrownBy(() -> model.generate(Input.ofTokenIds(5), predicted))
          .hasMessageStartingWith("prediction: needs a tokenizer");
    }
    assertThatThrownBy(() -> OPTIONS.withPrediction("é".repeat(131_073)))
        .isInstanceOf(InputException.class)
        .hasMessage("prediction: has 262146 bytes, more than the 262144 allowed; shorten it");
    assertThat(predicted.withAlternatives(2).withStop(List.of("x")).prediction())
        .isEqualTo("row { }");
    assertThat(predicted).isNotEqualTo(OPTIONS).isEqualTo(OPTIONS.withPrediction("row { }"));
    assertThat(predicted.withPrediction(null)).isEqualTo(OPTIONS);
  }

  private static void assertRefused(
      EncoderDecoderModel model, GenerationOptions options, String message) {
    assertThatThrownBy(() -> model.generate(SAMPLE, options))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(message);
  }
}
