package dev.deed.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.testing.Shared;
import dev.deed.value.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricTest {
  private final List<String> hypotheses = new ArrayList<>();
  private final List<List<String>> references = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "exact, /exact_match/raw, 100",
    "bleu, /corpus/bleu_13a/score, 1",
    "bleu_tokens, /corpus/bleu_none/score, 1",
    "chrf, /corpus/chrf2/score, 1",
    "rougeL, /rouge/mean_f/rougeL, 100",
    "cer, /character_error_rate/corpus, 100",
    "wer, /word_error_rate/corpus, 100"
  })
  void goldenWithOneReference(String name, String answer, double scale) throws IOException {
    JsonNode golden = golden("/single_reference");
    for (JsonNode pair : golden.get("pairs")) {
      hypotheses.add(pair.get("hypothesis").asText());
      references.add(List.of(pair.get("reference").asText()));
    }
    assertThat(corpus(name)).isEqualTo(scale * golden.at(answer).doubleValue(), close());
  }

  @ParameterizedTest
  @CsvSource({
    "bleu, /corpus/bleu_13a/score",
    "bleu_tokens, /corpus/bleu_none/score",
    "chrf, /corpus/chrf2/score",
    "cider, /cider_d/score"
  })
  void goldenWithSeveralReferences(String name, String answer) throws IOException {
    JsonNode golden = golden("/multiple_references");
    golden.get("hypotheses").forEach(text -> hypotheses.add(text.asText()));
    golden.get("references").forEach(texts -> references.add(texts(texts)));
    assertThat(corpus(name)).isEqualTo(golden.at(answer).doubleValue(), close());
  }

  @ParameterizedTest
  @CsvSource({
    "anls, /question_answering, anls",
    "f1, /question_answering, squad_f1",
    "vqa, /vqa, leave_one_out"
  })
  void goldenAnswers(String name, String part, String key) throws IOException {
    JsonNode golden = golden(part);
    Metric metric = Metric.named(name);
    for (int i = 0; i < golden.get("questions").size(); i++) {
      JsonNode question = golden.get("questions").get(i);
      hypotheses.add(question.get("hypothesis").asText());
      references.add(texts(question.get("answers")));
      assertThat(metric.value(metric.example(hypotheses.getLast(), references.getLast())))
          .as(question.toString())
          .isEqualTo(100 * golden.get("each").get(i).get(key).doubleValue(), close());
    }
    assertThat(corpus(name)).isEqualTo(100 * golden.get("mean").get(key).doubleValue(), close());
  }

  @Test
  void bleuByHand() {
    Metric bleu = Metric.named("bleu_tokens");
    // 5 of 6 words, 3 of 5 pairs, 2 of 4 triples, 1 of 3 fours.
    hypotheses.add("the cat sat on a mat");
    references.add(List.of("the cat sat on the mat"));
    double expected = 100 * Math.pow(5 / 6.0 * 3 / 5.0 * 2 / 4.0 * 1 / 3.0, 0.25);
    assertThat(corpus(bleu, hypotheses, references)).isEqualTo(expected, close());
    assertThat(corpus(bleu, List.of("a b c d"), List.of(List.of("a b c d"))))
        .isEqualTo(100, close());
    assertThat(corpus(bleu, List.of("a b c d"), List.of(List.of("a b c d e f g h"))))
        .isEqualTo(100 * Math.exp(-1), close());
    // No four in common: smoothed to one half of one in two.
    assertThat(corpus(bleu, List.of("a b c x y"), List.of(List.of("a b c d e"))))
        .isEqualTo(100 * Math.pow(3 / 5.0 * 2 / 4.0 * 1 / 3.0 * 0.5 / 2, 0.25), close());
    assertThat(corpus(bleu, List.of("x y z w"), List.of(List.of("a b c d")))).isZero();
    assertThat(corpus(bleu, List.of(""), List.of(List.of("a b c d")))).isZero();
    // Of two lengths equally close the shorter counts, so there is no penalty.
    assertThat(corpus(bleu, List.of("a b c d e"), List.of(List.of("a b c d e f", "a b c d"))))
        .isEqualTo(100, close());
  }

  @Test
  void exactByHand() {
    Metric exact = Metric.named("exact");
    assertThat(
            corpus(
                exact,
                List.of("a", "b ", "c"),
                List.of(List.of("x", "a"), List.of("b"), List.of("c"))))
        .isEqualTo(200 / 3.0, close());
  }

  @Test
  void vqaWithFewAnswers() {
    Metric vqa = Metric.named("vqa");
    assertThat(
            corpus(vqa, List.of("The Two!", "red"), List.of(List.of("2"), List.of("blue", "red"))))
        .isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          <bin_0> <bin_0> <bin_10> <bin_10>, 100
          <bin_0> <bin_0> <bin_10> <bin_5>, 100
          <bin_0> <bin_0> <bin_10> <bin_4>, 0
          <bin_5> <bin_0> <bin_15> <bin_10>, 0
          <bin_3> <bin_0> <bin_13> <bin_10>, 100
          <bin_4> <bin_0> <bin_14> <bin_10>, 0
          <bin_0> <bin_0> <bin_20> <bin_10>, 100
          <bin_0> <bin_0> <bin_21> <bin_10>, 0
          <bin_20> <bin_20> <bin_30> <bin_30>, 0
          <bin_0><bin_0><bin_10><bin_10>, 100
          <bin_10> <bin_10> <bin_0> <bin_0>, 0
          <bin_0> <bin_0> <bin_0> <bin_10>, 0
          <bin_0> <bin_0> <bin_10>, 0
          <bin_0> <bin_0> <bin_10> <bin_10> <bin_10>, 0
          <bin_0> <bin_0> <bin_10> <bin_x>, 0
          <bin_0> <bin_0> <bin_10> <bin_99999999999999999999>, 0
          the button, 0
          '', 0
          """)
  void boxesByHand(String answer, double expected) {
    // Areas of 100 bins: 50 / 100, 40 / 100; shifted by 3, 70 / 130; by 4, 60 / 140.
    Metric iou = Metric.named("iou");
    List<List<String>> box = List.of(List.of("<bin_0> <bin_0> <bin_10> <bin_10>"));
    assertThat(corpus(iou, List.of(answer), box)).isEqualTo(expected);
  }

  @Test
  void anyAcceptedBoxCounts() {
    Metric iou = Metric.named("iou");
    List<String> accepted =
        List.of("<bin_50> <bin_50> <bin_60> <bin_60>", "no box", "<bin_0> <bin_0> <bin_4> <bin_4>");
    assertThat(
            corpus(
                iou,
                List.of("<bin_0> <bin_0> <bin_4> <bin_3>", "no box"),
                List.of(accepted, accepted)))
        .isEqualTo(50);
  }

  @Test
  void aSumOfStatisticsIsTheCorpus() {
    hypotheses.addAll(List.of("a b c d e", "x y", "", "the end of it all"));
    references.addAll(
        List.of(
            List.of("a b c d f", "b"),
            List.of("x z"),
            List.of("no"),
            List.of("the end of it all")));
    for (Metric metric : Metric.all()) {
      List<double[]> statistics = metric.statistics(hypotheses, references);
      assertThat(statistics).hasSize(4);
      assertThat(metric.value(Metric.sum(statistics)))
          .as(metric.name())
          .isEqualTo(corpus(metric, hypotheses, references));
    }
  }

  @Test
  void directions() {
    assertThat(Metric.all().stream().filter(metric -> !metric.higherIsBetter()).map(Metric::name))
        .containsExactly("cer", "cer_caseless", "wer");
  }

  @Test
  void caselessCharactersAreThoseOfCapitals() {
    List<String> made = List.of("Total: 5,00 é", "straße");
    List<List<String>> expected = List.of(List.of("TOTAL: 5.00 É"), List.of("STRASSE"));
    assertThat(corpus(Metric.named("cer_caseless"), made, expected)).isEqualTo(100 * 1 / 20.0);
    assertThat(corpus(Metric.named("cer"), made, expected)).isGreaterThan(50);
  }

  @Test
  void unknownNames() {
    assertThatThrownBy(() -> Metric.named("blue"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "metric blue: there is none of that name; choose among exact, bleu, bleu_tokens, chrf, anls, f1, vqa,"
                + " iou, rougeL, cider, cer, cer_caseless, wer");
  }

  @Test
  void refusesMissingReferences() {
    for (Metric metric : Metric.all()) {
      assertThatThrownBy(() -> corpus(metric, List.of("a"), List.of()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> corpus(metric, List.of("a"), List.of(List.of())))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private double corpus(String name) {
    return corpus(Metric.named(name), hypotheses, references);
  }

  private static double corpus(Metric metric, List<String> made, List<List<String>> expected) {
    List<double[]> statistics = metric.statistics(made, expected);
    return metric.value(Metric.sum(statistics));
  }

  private static JsonNode golden(String part) throws IOException {
    return new ObjectMapper()
        .readTree(Shared.path("golden/metrics/metrics.json").toFile())
        .at(part);
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static Offset<Double> close() {
    return within(1e-9);
  }
}
