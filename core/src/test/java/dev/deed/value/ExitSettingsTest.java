package dev.deed.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values, their grammar, and how one is laid over another. */
final class ExitSettingsTest {
  @Test
  void factoriesAndSpellings() {
    assertThat(ExitSettings.own()).hasToString("default");
    assertThat(ExitSettings.full()).hasToString("full");
    assertThat(ExitSettings.atLayer(3)).hasToString("static:3");
    assertThat(ExitSettings.maxProbability(0.97)).hasToString("max_prob:0.97");
    assertThat(
            ExitSettings.of(ExitPolicy.MARGIN, 0.5)
                .with(ExitSetting.LAYERS, List.of(1, 3, 6))
                .with(ExitSetting.MIN_LAYER, 2))
        .hasToString("margin:0.5@layers=1,3,6,min=2");
    assertThat(
            ExitSettings.of(ExitPolicy.ENTROPY, -2)
                .with(ExitSetting.DECAY, 0.1)
                .with(ExitSetting.GATE, 0.25))
        .hasToString("entropy:-2.0@decay=0.1,gate=0.25");
    assertThat(
            ExitSettings.of(ExitPolicy.SIMILARITY, 0.5).with(ExitSetting.HISTORY, ExitHistory.COPY))
        .hasToString("copy:similarity:0.5");
    assertThat(ExitSettings.of(ExitPolicy.GATE, 0.5).with(ExitSetting.HISTORY, ExitHistory.JIT))
        .hasToString("jit:gate:0.5");
    assertThat(ExitSettings.own().with(ExitSetting.THRESHOLD, 0.7).with(ExitSetting.EXIT_AT, 2))
        .hasToString("default:0.7@at=2");
    assertThat(ExitSettings.full().with(ExitSetting.THRESHOLD, 0.7))
        .hasToString("full@threshold=0.7");
    assertThat(ExitSettings.own().with(ExitSetting.LAYERS, List.of()))
        .hasToString("default@layers=none");
    assertThat(ExitSettings.own().with(ExitSetting.LOSSLESS, true)).hasToString("default@lossless");
    assertThat(ExitSettings.own().with(ExitSetting.LOSSLESS, false))
        .hasToString("default@lossless=false");
    assertThat(
            ExitSettings.maxProbability(0.5)
                .with(ExitSetting.LAYERS, List.of(1, 3))
                .with(ExitSetting.LOSSLESS, true)
                .with(ExitSetting.DRAFT_TOKENS, 4)
                .with(ExitSetting.DRAFT_NGRAMS, 2))
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
      settings = settings.with(ExitSetting.POLICY, ExitPolicy.values()[random.nextInt(7)]);
    }
    if (random.nextBoolean()) {
      settings =
          settings.with(
              ExitSetting.THRESHOLD, random.nextGaussian() * Math.pow(10, random.nextInt(9)));
    }
    if (random.nextInt(3) == 0) {
      settings = settings.with(ExitSetting.EXIT_AT, 1 + random.nextInt(ExitSetting.MOST_LAYERS));
    }
    if (random.nextInt(3) == 0) {
      List<Integer> layers = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        layers.add(1 + random.nextInt(ExitSetting.MOST_LAYERS));
      }
      settings = settings.with(ExitSetting.LAYERS, layers);
    }
    if (random.nextInt(3) == 0) {
      settings = settings.with(ExitSetting.MIN_LAYER, 1 + random.nextInt(12));
    }
    if (random.nextInt(3) == 0) {
      settings =
          settings.with(
              ExitSetting.HISTORY, random.nextBoolean() ? ExitHistory.JIT : ExitHistory.COPY);
    }
    for (ExitSetting<Double> level : List.of(ExitSetting.DECAY, ExitSetting.GATE)) {
      if (suits(settings, level) && random.nextBoolean()) {
        settings = settings.with(level, random.nextInt(3) / 2.0);
      }
    }
    boolean copies = settings.get(ExitSetting.HISTORY) == ExitHistory.COPY;
    if (random.nextBoolean()) {
      settings = settings.with(ExitSetting.LOSSLESS, !copies && random.nextInt(3) > 0);
    }
    if (!Boolean.FALSE.equals(settings.get(ExitSetting.LOSSLESS)) && random.nextBoolean()) {
      settings =
          settings.with(ExitSetting.DRAFT_TOKENS, 1 + random.nextInt(ExitSetting.MOST_DRAFTS));
    }
    if (!Boolean.FALSE.equals(settings.get(ExitSetting.LOSSLESS)) && random.nextBoolean()) {
      settings =
          settings.with(ExitSetting.DRAFT_NGRAMS, random.nextInt(ExitSetting.MOST_NGRAM + 1));
    }
    if (!Boolean.FALSE.equals(settings.get(ExitSetting.LOSSLESS)) && random.nextBoolean()) {
      settings = settings.with(ExitSetting.DRAFT_PRECISION, DraftPrecision.INT8);
    }
    return settings;
  }

  private static boolean suits(ExitSettings settings, ExitSetting<?> setting) {
    ExitPolicy policy = settings.get(ExitSetting.POLICY);
    return policy == null || setting.policies().contains(policy);
  }

  private static <T> void assertWrong(ExitSetting<T> setting, T value, String range) {
    ExitSettings margin = ExitSettings.of(ExitPolicy.MARGIN, 0.5).with(ExitSetting.LOSSLESS, true);
    assertWrong(() -> margin.with(setting, value), setting + ": is not " + range);
  }

  @Test
  void valuesOutOfRangeAreRefusedWhenBuilt() {
    for (double wrong :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      assertWrong(ExitSetting.THRESHOLD, wrong, "a number;");
      assertWrong(ExitSetting.DECAY, wrong, "a number from 0;");
      assertWrong(ExitSetting.GATE, wrong, "a number from 0 to 1;");
    }
    assertWrong(ExitSetting.DECAY, -0.1, "a number from 0;");
    assertWrong(ExitSetting.GATE, 1.1, "a number from 0 to 1;");
    for (int wrong : new int[] {-1, 1025}) {
      assertWrong(ExitSetting.DRAFT_TOKENS, wrong, "a whole number from 1 to 64;");
      assertWrong(ExitSetting.DRAFT_NGRAMS, wrong, "a whole number from 0 to 16;");
    }
    for (int layer : new int[] {0, -1, ExitSetting.MOST_LAYERS + 1}) {
      assertWrong(ExitSetting.EXIT_AT, layer, "a whole number from 1 to 1000;");
      assertWrong(ExitSetting.MIN_LAYER, layer, "a whole number from 1 to 1000;");
      assertWrong(ExitSetting.LAYERS, List.of(1, layer), "a list of whole numbers from 1 to 1000;");
    }
  }

  @Test
  void settingsThatDoNotGoTogetherAreRefused() {
    assertWrong(
        () -> ExitSettings.of(ExitPolicy.SIMILARITY, 0.5).with(ExitSetting.GATE, 0.5),
        "gate: the policy similarity does not read it",
        "max_prob, margin");
    ExitSettings lossless = ExitSettings.own().with(ExitSetting.LOSSLESS, true);
    assertWrong(
        () -> lossless.with(ExitSetting.HISTORY, ExitHistory.COPY), "lossless: verifies", "copy");
    assertWrong(
        () -> lossless.with(ExitSetting.DRAFT_TOKENS, 4).with(ExitSetting.LOSSLESS, false),
        "draft_tokens: belongs to lossless exits");
  }

  private static void assertWrong(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable code, String... parts) {
    assertThatThrownBy(code).isInstanceOf(InputException.class).hasMessageContainingAll(parts);
  }

  @Test
  void whatIsSaidLaterCounts() {
    ExitSettings options = ExitSettings.parse("copy:max_prob:0.5@layers=1,2,gate=0.2");
    assertThat(options.overriddenBy(ExitSettings.own())).isEqualTo(options);
    assertThat(options.overriddenBy(ExitSettings.parse("jit:default:0.7@min=2")))
        .hasToString("jit:max_prob:0.7@layers=1,2,min=2,gate=0.2");
    // A gate belongs to the policy that it was said with.
    assertThat(options.overriddenBy(ExitSettings.parse("similarity")))
        .hasToString("copy:similarity:0.5@layers=1,2");
    assertThat(options.overriddenBy(ExitSettings.full()))
        .hasToString("copy:full@threshold=0.5,layers=1,2");
    // Who wants no drafts says nothing of their number.
    ExitSettings drafts = ExitSettings.parse("max_prob:0.5@lossless,drafts=4,ngrams=2");
    assertThat(drafts.overriddenBy(ExitSettings.parse("margin:0.9@drafts=6")))
        .hasToString("margin:0.9@lossless,drafts=6,ngrams=2");
    assertThat(drafts.overriddenBy(ExitSettings.own().with(ExitSetting.LOSSLESS, false)))
        .hasToString("max_prob:0.5@lossless=false");
    assertThat(ExitSettings.parse("static").overriddenBy(ExitSettings.parse("default@at=2")))
        .isEqualTo(ExitSettings.atLayer(2));
  }

  @Test
  void whatIsNotSaidIsTheModelsOwn() {
    ExitSettings own = ExitSettings.parse("entropy:0.4@layers=2,4,decay=0.1");
    assertThat(ExitSettings.own().resolved(own)).isEqualTo(own);
    assertThat(ExitSettings.parse("default:0.7@min=3").resolved(own))
        .hasToString("entropy:0.7@layers=2,4,min=3,decay=0.1");
    assertThat(ExitSettings.parse("entropy").resolved(own)).isEqualTo(own);
    for (String another : List.of("entropy:0.4", "margin", "full", "static:2")) {
      assertThat(ExitSettings.parse(another).resolved(own)).hasToString(another);
    }
  }

  @Test
  void incompleteSettingsAreRefusedUntilALineCompletesThem() {
    ExitSettings own = ExitSettings.of(ExitPolicy.ENTROPY, 0.4);
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
    assertThat(drafts.isComplete(own.with(ExitSetting.LOSSLESS, true))).isTrue();
    assertThat(drafts.with(ExitSetting.LOSSLESS, true).isComplete(own)).isTrue();
    assertThat(
            drafts
                .with(ExitSetting.POLICY, ExitPolicy.FULL)
                .isComplete(own.with(ExitSetting.LOSSLESS, true)))
        .isFalse();
    assertWrong(
        () -> noName.resolved(own), "exit_at: the model's own policy, entropy, does not read it");
    assertWrong(
        () -> threshold.resolved(ExitSettings.full()),
        "threshold: the model's own policy, full, does not");
  }

  @Test
  void jsonIsReadBackUnderNewAndOldNames() {
    for (int seed = 0; seed < 1000; seed++) {
      ExitSettings settings = random(new Random(seed));
      assertThat(ExitSettings.of("", settings.json())).as("seed %d", seed).isEqualTo(settings);
    }
    assertThat(ExitSettings.of("", Map.of("confidence", "margin", "threshold_decay", 1)))
        .hasToString("margin@decay=1.0");
    assertThat(ExitSettings.of("", Map.of("confidence", "margin", "policy", "margin")))
        .hasToString("margin");
    assertWrong(
        () -> ExitSettings.of("exits.", Map.of("confidence", "gate", "policy", "margin")),
        "is another name of a setting that has another value; give it once, as policy");
    assertWrong(() -> ExitSettings.of("x ", Map.of("min", 1)), "x min: there is no such setting");
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
    for (ExitPolicy policy : ExitPolicy.MEASURED) {
      assertThat(ExitSettings.parseList(policy.label() + ":-1.5e0"))
          .containsEntry(policy.label() + ":-1.5e0", ExitSettings.of(policy, -1.5));
    }
    var policies =
        ExitSettings.parseList(" max_prob : 0.5 , 0.9 @ layers=1,3..4,6 , min=2 ;entropy:0.5");
    assertThat(policies)
        .containsExactly(
            Map.entry(
                "max_prob:0.5@layers=1,3..4,6,min=2",
                ExitSettings.parse("max_prob:0.5@layers=1,3,4,6,min=2")),
            Map.entry(
                "max_prob:0.9@layers=1,3..4,6,min=2",
                ExitSettings.parse("max_prob:0.9@layers=1,3,4,6,min=2")),
            Map.entry("entropy:0.5", ExitSettings.of(ExitPolicy.ENTROPY, 0.5)));
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
        "max_prob:0.5:0.6 | threshold: is not a number",
        "max_prob:high | policy \"max_prob:high\": threshold: is not a number",
        "max_prob:0.5@gate=2 | gate: is not a number from 0 to 1",
        "similarity:0.5@gate=0.5 | gate: the policy similarity does not read it",
        "full@gate=0.5 | gate: the policy full does not read it",
        "max_prob:0.5, | threshold: is not a number",
        "max_prob:NaN | threshold: is not a number",
        "max_prob:0x1p3 | threshold: is not a number",
        "max_prob:1e999 | threshold: is not a number",
        "static | it names no exit_at; write static:2 or static:1..6",
        "static:two | \"two\" is no layer",
        "static:0 | \"0\" is no layer",
        "static:6..1 | \"6..1\" is no layer or range of layers",
        "static:1..9999 | \"1..9999\" is no layer or range of layers",
        "full:1 | full takes no values",
        "default:0.9 | it takes no threshold",
        "copy | copy needs a kind of confidence; write copy:max_prob:0.9",
        "copy:static:2 | copy needs a kind of confidence",
        "copy:max_prob | it names no threshold; write max_prob:0.9",
        "max_prob:0.5@ | the setting \"\" has no value",
        "max_prob:0.5@3 | the setting \"3\" has no value",
        "max_prob:0.5@beams=3 | beams: there is no such setting; choose among policy, threshold",
        "max_prob:0.5@min=1,3 | the setting \"3\" has no value",
        "max_prob:0.5@min=1..3 | min_layer: is not a whole number from 1 to 1000",
        "max_prob:0.5@layers= | layers: is not a list of whole numbers from 1 to 1000",
        "max_prob:0.5@decay=-1 | decay: is not a number from 0;",
        "max_prob:0.5@gate=1.5 | gate: is not a number from 0 to 1",
        "max_prob:0.5@gate= | gate: is not a number from 0 to 1",
        "max_prob:0.5@at=3 | it takes no exit_at; write max_prob:0.9 or static:2",
        "full@threshold=0.5 | it takes no threshold",
        "gate:0.5@gate=0.5 | gate: the policy gate does not read it",
        "max_prob:0.5@lossless=maybe | lossless: is not true or false",
        "max_prob:0.5@drafts=4 | draft_tokens: belongs to lossless exits; ask for these too",
        "max_prob:0.5@ngrams=2 | draft_ngrams: belongs to lossless exits",
        "max_prob:0.5@lossless,drafts=0 | draft_tokens: is not a whole number from 1 to 64",
        "max_prob:0.5@lossless,drafts=few | draft_tokens: is not a whole number",
        "max_prob:0.5@lossless,ngrams=17 | draft_ngrams: is not a whole number from 0 to 16",
        "max_prob:0.5@lossless,3 | the setting \"3\" has no value",
        "copy:max_prob:0.5@lossless | lossless: verifies drafts with the features of every layer",
        "static:2@decay=0.5 | decay: the policy static does not read it",
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
    assertWrong(() -> ExitSettings.parse("max_prob:0.5;full"), "is not a number");
    assertWrong(() -> ExitSettings.parse(""), "there is no such policy");
  }
}
