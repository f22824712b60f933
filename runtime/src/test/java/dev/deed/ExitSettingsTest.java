package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.decode.exit.Confidence;
import dev.deed.model.spec.ExitSpec;
import dev.deed.value.ExitHistory;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values, their grammar, and how one is laid over another. */
final class ExitSettingsTest {
  private static final List<String> POLICIES =
      List.of("full", "static", "max_prob", "margin", "entropy", "similarity", "gate");

  @Test
  void factoriesAndSpellings() {
    assertThat(ExitSettings.own()).hasToString("default");
    assertThat(ExitSettings.full()).hasToString("full");
    assertThat(ExitSettings.atLayer(3)).hasToString("static:3");
    assertThat(ExitSettings.maxProbability(0.97)).hasToString("max_prob:0.97");
    assertThat(ExitSettings.margin(0.5).withLayers(List.of(1, 3, 6)).withMinLayer(2))
        .hasToString("margin:0.5@layers=1,3,6,min=2");
    assertThat(ExitSettings.entropy(-2).withDecay(0.1).withGate(0.25))
        .hasToString("entropy:-2.0@decay=0.1,gate=0.25");
    assertThat(ExitSettings.similarity(0.5).withHistory(ExitHistory.COPY))
        .hasToString("copy:similarity:0.5");
    assertThat(ExitSettings.gate(0.5).withHistory(ExitHistory.JIT)).hasToString("jit:gate:0.5");
    assertThat(ExitSettings.own().withThreshold(0.7).withExitAt(2)).hasToString("default:0.7@at=2");
    assertThat(ExitSettings.full().withThreshold(0.7)).hasToString("full@threshold=0.7");
    assertThat(ExitSettings.own().withLayers(List.of())).hasToString("default@layers=none");
    assertThat(ExitSettings.own().withLossless(true)).hasToString("default@lossless");
    assertThat(ExitSettings.own().withLossless(false)).hasToString("default@lossless=false");
    assertThat(
            ExitSettings.maxProbability(0.5)
                .withLayers(List.of(1, 3))
                .withLossless(true)
                .withDraftTokens(4)
                .withDraftNgrams(2))
        .hasToString("max_prob:0.5@layers=1,3,lossless,drafts=4,ngrams=2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max_prob:0.9@layers=1..3,6,min=2",
        " max_prob : 9e-1 @ min = 2 , layers = 1 , 2..3 , 6 ",
      })
  void parsingIsLenientAboutSpacesOrderAndRanges(String spelling) {
    assertThat(ExitSettings.parse(spelling)).hasToString("max_prob:0.9@layers=1,2,3,6,min=2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "margin:0.5@layers=1,3,lossless,drafts=4",
        "margin:0.5@lossless,layers=1,3,drafts=4",
        " margin : 0.5 @ drafts = 4 , lossless = true , layers = 1 , 3 ",
      })
  void losslessStandsAloneWhereverItStands(String spelling) {
    assertThat(ExitSettings.parse(spelling)).hasToString("margin:0.5@layers=1,3,lossless,drafts=4");
  }

  @Test
  void everyValueIsSpelledAndReadBack() {
    for (int seed = 0; seed < 5000; seed++) {
      ExitSettings settings = random(new Random(seed));
      assertThat(ExitSettings.parse(settings.toString())).as("seed %d", seed).isEqualTo(settings);
    }
  }

  private static ExitSettings random(Random random) {
    ExitSettings settings = ExitSettings.own();
    if (random.nextBoolean()) {
      settings = settings.withPolicy(POLICIES.get(random.nextInt(POLICIES.size())));
    }
    if (random.nextBoolean()) {
      settings = settings.withThreshold(random.nextGaussian() * Math.pow(10, random.nextInt(9)));
    }
    if (random.nextInt(3) == 0) {
      settings = settings.withExitAt(1 + random.nextInt(ExitSettings.MOST_LAYERS));
    }
    if (random.nextInt(3) == 0) {
      List<Integer> layers = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        layers.add(1 + random.nextInt(ExitSettings.MOST_LAYERS));
      }
      settings = settings.withLayers(layers);
    }
    if (random.nextInt(3) == 0) {
      settings = settings.withMinLayer(1 + random.nextInt(12));
    }
    if (random.nextInt(3) == 0) {
      settings = settings.withHistory(random.nextBoolean() ? ExitHistory.JIT : ExitHistory.COPY);
    }
    Confidence confidence = settings.confidence();
    if (confidence != null && random.nextBoolean()) {
      settings = settings.withDecay(random.nextDouble());
    }
    if (confidence != null && confidence.needsLogits() && random.nextBoolean()) {
      settings = settings.withGate(random.nextInt(3) / 2.0);
    }
    if (confidence != null && confidence.suitsShortlist() && random.nextBoolean()) {
      settings = settings.withShortlist(random.nextInt(ExitSpec.MOST_SHORTLIST + 1));
    }
    boolean copies = settings.history() == ExitHistory.COPY;
    if (random.nextBoolean()) {
      settings = settings.withLossless(!copies && random.nextInt(3) > 0);
    }
    if (!Boolean.FALSE.equals(settings.lossless()) && random.nextBoolean()) {
      settings = settings.withDraftTokens(1 + random.nextInt(ExitSpec.MOST_DRAFTS));
    }
    if (!Boolean.FALSE.equals(settings.lossless()) && random.nextBoolean()) {
      settings = settings.withDraftNgrams(random.nextInt(ExitSpec.MOST_NGRAM + 1));
    }
    return settings;
  }

  @Test
  void valuesOutOfRangeAreRefusedWhenBuilt() {
    for (double wrong :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      assertWrong(() -> ExitSettings.maxProbability(wrong), "threshold " + wrong);
      assertWrong(() -> ExitSettings.maxProbability(0.5).withDecay(wrong), "decay " + wrong);
      assertWrong(() -> ExitSettings.maxProbability(0.5).withGate(wrong), "gate " + wrong);
    }
    assertWrong(() -> ExitSettings.margin(0.5).withDecay(-0.1), "decay -0.1");
    assertWrong(() -> ExitSettings.margin(0.5).withGate(1.1), "gate 1.1");
    assertWrong(() -> ExitSettings.margin(0.5).withShortlist(1025), "shortlist 1025");
    assertWrong(() -> ExitSettings.margin(0.5).withShortlist(-1), "shortlist -1");
    assertWrong(() -> ExitSettings.entropy(0.5).withShortlist(8), "shortlist 8", "entropy");
    assertWrong(() -> ExitSettings.gate(0.5).withGate(0.5), "gate 0.5", "asks no head");
    assertWrong(() -> ExitSettings.full().withShortlist(8), "belong to a threshold");
    assertWrong(() -> ExitSettings.own().withPolicy("best"), "policy \"best\"", "max_prob");
    ExitSettings lossless = ExitSettings.margin(0.5).withLossless(true);
    assertWrong(() -> lossless.withDraftTokens(0), "draft tokens 0: is not", "from 1 to 64");
    assertWrong(() -> lossless.withDraftTokens(65), "draft tokens 65");
    assertWrong(() -> lossless.withDraftNgrams(-1), "draft n-grams -1: is not", "from 0 to 16");
    assertWrong(() -> lossless.withDraftNgrams(17), "draft n-grams 17");
    assertWrong(() -> lossless.withHistory(ExitHistory.COPY), "lossless exits: ", "copy");
    assertWrong(
        () -> ExitSettings.own().withLossless(false).withDraftTokens(4),
        "draft tokens 4: belong to lossless exits");
    for (int layer : new int[] {0, -1, ExitSettings.MOST_LAYERS + 1}) {
      assertWrong(() -> ExitSettings.atLayer(layer), "exit layer " + layer);
      assertWrong(() -> ExitSettings.own().withMinLayer(layer), "minimum exit layer " + layer);
      assertWrong(() -> ExitSettings.own().withLayers(List.of(1, layer)), "exit layer " + layer);
    }
  }

  private static void assertWrong(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable code, String... parts) {
    assertThatThrownBy(code).isInstanceOf(InputException.class).hasMessageContainingAll(parts);
  }

  @Test
  void whatIsSaidLaterCounts() {
    ExitSettings options = ExitSettings.parse("copy:max_prob:0.5@layers=1,2,shortlist=8");
    assertThat(options.overriddenBy(ExitSettings.own())).isEqualTo(options);
    assertThat(options.overriddenBy(ExitSettings.parse("jit:default:0.7@min=2")))
        .hasToString("jit:max_prob:0.7@layers=1,2,min=2,shortlist=8");
    // A shortlist belongs to the policy that it was said with.
    assertThat(options.overriddenBy(ExitSettings.parse("entropy")))
        .hasToString("copy:entropy:0.5@layers=1,2");
    assertThat(options.overriddenBy(ExitSettings.full()))
        .hasToString("copy:full@layers=1,2,threshold=0.5");
    // Who wants no drafts says nothing of their number.
    ExitSettings drafts = ExitSettings.parse("max_prob:0.5@lossless,drafts=4,ngrams=2");
    assertThat(drafts.overriddenBy(ExitSettings.parse("margin:0.9@drafts=6")))
        .hasToString("margin:0.9@lossless,drafts=6,ngrams=2");
    assertThat(drafts.overriddenBy(ExitSettings.own().withLossless(false)))
        .hasToString("max_prob:0.5@lossless=false");
    assertThat(ExitSettings.parse("static").overriddenBy(ExitSettings.parse("default@at=2")))
        .isEqualTo(ExitSettings.atLayer(2));
  }

  @Test
  void whatIsNotSaidIsTheModelsOwn() {
    ExitSettings own = ExitSettings.parse("entropy:0.4@layers=2,4,decay=0.1");
    assertThat(ModelExits.resolved(ExitSettings.own(), own)).isEqualTo(own);
    assertThat(ModelExits.resolved(ExitSettings.parse("default:0.7@min=3"), own))
        .hasToString("entropy:0.7@layers=2,4,min=3,decay=0.1");
    assertThat(ModelExits.resolved(ExitSettings.parse("entropy"), own)).isEqualTo(own);
    for (String another : List.of("entropy:0.4", "margin", "full", "static:2")) {
      assertThat(ModelExits.resolved(ExitSettings.parse(another), own)).hasToString(another);
    }
  }

  @Test
  void incompleteSettingsAreRefusedUntilALineCompletesThem() {
    ExitSettings own = ExitSettings.entropy(0.4);
    ExitSettings noLayer = ExitSettings.parse("static");
    ExitSettings noName = ExitSettings.parse("default@at=2");
    ExitSettings threshold = ExitSettings.parse("default:0.5");
    assertThat(noLayer.isComplete(own)).isFalse();
    assertThat(noName.isComplete(own)).isFalse();
    assertThat(threshold.isComplete(own)).isTrue();
    assertThat(threshold.isComplete(ExitSettings.full())).isFalse();
    assertThat(ExitSettings.parse("margin").isComplete(own)).isTrue();
    assertThat(noLayer.overriddenBy(noName).isComplete(own)).isTrue();
    ExitSettings drafts = ExitSettings.parse("default@drafts=4");
    assertThat(drafts.isComplete(own)).isFalse();
    assertThat(drafts.isComplete(own.withLossless(true))).isTrue();
    assertThat(drafts.withLossless(true).isComplete(own)).isTrue();
    assertThat(drafts.withPolicy("full").isComplete(own.withLossless(true))).isFalse();
    assertWrong(() -> ModelExits.resolved(noName, own), "has no policy");
    assertWrong(
        () -> ModelExits.resolved(threshold, ExitSettings.full()), "no confidence of its own");
  }

  private static List<String> labels(String list) {
    return List.copyOf(ExitSettings.parseList(list).keySet());
  }

  @Test
  void listsKeepTheSpellingOfTheirWriter() {
    assertThat(
            labels(
                "full; default; static:1..6; max_prob:0.5,0.7,0.9,0.99,0.999; copy:max_prob:0.90"))
        .containsExactly(
            "full",
            "default",
            "static:1",
            "static:2",
            "static:3",
            "static:4",
            "static:5",
            "static:6",
            "max_prob:0.5",
            "max_prob:0.7",
            "max_prob:0.9",
            "max_prob:0.99",
            "max_prob:0.999",
            "copy:max_prob:0.90");
    assertThat(labels("static:2; static:1..3;;full;"))
        .as("twice is once")
        .containsExactly("static:2", "static:1", "static:3", "full");
  }

  @Test
  void everyPolicyOfAListMeansWhatItSays() {
    for (Confidence confidence : Confidence.values()) {
      assertThat(ExitSettings.parseList(confidence.label() + ":-1.5e0"))
          .containsEntry(confidence.label() + ":-1.5e0", ExitSettings.of(confidence, -1.5));
    }
    var policies =
        ExitSettings.parseList(" max_prob : 0.5 , 0.9 @ layers=1,3..4,6 , min=2 ;entropy:0.5");
    assertThat(policies)
        .containsExactly(
            java.util.Map.entry(
                "max_prob:0.5@layers=1,3..4,6,min=2",
                ExitSettings.parse("max_prob:0.5@layers=1,3,4,6,min=2")),
            java.util.Map.entry(
                "max_prob:0.9@layers=1,3..4,6,min=2",
                ExitSettings.parse("max_prob:0.9@layers=1,3,4,6,min=2")),
            java.util.Map.entry("entropy:0.5", ExitSettings.entropy(0.5)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | policies: none is given; use full, default",
        "; ; | policies: none is given",
        "best | policy \"best\": there is no such policy; use full",
        "max_prob | policy \"max_prob\": it names no threshold; write max_prob:0.9",
        "max_prob: | it names no threshold",
        "max_prob:0.5:0.6 | the threshold \"0.5:0.6\" is no number",
        "max_prob:high | the threshold \"high\" is no number",
        "max_prob:0.5@shortlist=1.5 | the shortlist \"1.5\" is no whole number",
        "max_prob:0.5@shortlist=2000 | shortlist 2000: is not a whole number from 0 to 1024",
        "entropy:0.5@shortlist=8 | entropy cannot be told from a shortlist",
        "full@shortlist=8 | decay, gate and shortlist: belong to a threshold",
        "max_prob:0.5, | the threshold \"\" is no number",
        "max_prob:NaN | the threshold \"NaN\" is no number",
        "max_prob:0x1p3 | is no number",
        "max_prob:1e999 | threshold Infinity: is not a number",
        "static | it names no layer; write static:2 or static:1..6",
        "static:two | \"two\" is no layer",
        "static:0 | \"0\" is no range of layers",
        "static:6..1 | \"6..1\" is no range of layers",
        "static:1..9999 | \"1..9999\" is no range of layers",
        "full:1 | full takes no values",
        "default:0.9 | it takes no threshold",
        "copy | copy needs a kind of confidence; write copy:max_prob:0.9",
        "copy:static:2 | copy needs a kind of confidence",
        "copy:max_prob | it names no threshold; write max_prob:0.9",
        "max_prob:0.5@ | the setting \"\" is unknown",
        "max_prob:0.5@3 | the setting \"3\" is unknown",
        "max_prob:0.5@min=1,3 | the setting \"3\" is unknown",
        "max_prob:0.5@min=1..3 | min takes one layer",
        "max_prob:0.5@layers= | \"\" is no layer",
        "max_prob:0.5@decay=-1 | decay -1.0: is not a number from 0",
        "max_prob:0.5@gate=1.5 | gate 1.5: is not a number from 0 to 1",
        "max_prob:0.5@gate= | the gate \"\" is no number",
        "max_prob:0.5@at=3 | it takes no layer of its own; write static:3",
        "full@threshold=0.5 | it takes no threshold",
        "gate:0.5@gate=0.5 | gate asks no head",
        "max_prob:0.5@lossless=maybe | lossless is true or false; write @lossless alone",
        "max_prob:0.5@drafts=4 | draft tokens 4: belong to lossless exits; ask for these too",
        "max_prob:0.5@ngrams=2 | draft n-grams 2: belong to lossless exits",
        "max_prob:0.5@lossless,drafts=0 | draft tokens 0: is not a whole number from 1 to 64",
        "max_prob:0.5@lossless,drafts=few | the drafts \"few\" is no whole number",
        "max_prob:0.5@lossless,ngrams=17 | draft n-grams 17: is not a whole number from 0 to 16",
        "max_prob:0.5@lossless,3 | the setting \"3\" is unknown",
        "copy:max_prob:0.5@lossless | lossless exits: verify drafts with the features of every layer",
        "default@gate=0.5 | decay, gate and shortlist: belong to a threshold",
        "static:2@decay=0.5 | decay, gate and shortlist: belong to a threshold",
        "static:2@min=3 | its settings exclude layer 2",
        "static:1..3@layers=1,2 | its settings exclude layer 3",
      })
  void whatIsWrongIsSaidInOneLine(String list, String message) {
    assertThatThrownBy(() -> ExitSettings.parseList(list))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n")
        .matches(".+: .+; .+");
  }

  @Test
  void oneSpellingIsOneSetting() {
    assertWrong(() -> ExitSettings.parse("static:1..3"), "it stands for several");
    assertWrong(() -> ExitSettings.parse("max_prob:0.5;full"), "is no number");
    assertWrong(() -> ExitSettings.parse(""), "there is no such policy");
  }
}
