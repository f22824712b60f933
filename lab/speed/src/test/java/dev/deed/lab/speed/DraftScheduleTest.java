package dev.deed.lab.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.ModelInternals;
import dev.deed.Prepared;
import dev.deed.data.GenerationJson;
import dev.deed.decode.draft.Drafting;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.lab.speed.DraftSchedule.Block;
import dev.deed.lab.speed.ImposedExits.Stop;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DraftScheduleTest {
  private static final int TOKENS = 24;

  @TempDir Path folder = Path.of("");

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("run.jsonl"), List.of(lines));
  }

  /** A token of full depth ends a verification; what was decoded in vain stands beside it. */
  @Test
  void readsVerifications() throws IOException {
    String line =
        """
        {"exit_layers": [2, 6, 6, 3, 6, 0, 0, 6, 1], "accepted": 5, "drafted": 7, "finish": "eos",
         "consulted": [[0.9], [0.1], [0.4], [0.2, 0.8], [], [], [], [], [0.7]],
         "dropped": [[], [], [{"layer": 1, "consulted": [0.9]}, {"layer": 6, "consulted": [0.1]}], [],
                     [{"layer": 2, "consulted": [0.8]}], [], [],
                     [{"layer": 0, "consulted": []}, {"layer": 6, "consulted": []}], []]}\
        """
            .replace("\n", " ");
    assertThat(Schedule.read(file("{\"error\": \"x\"}", line), null))
        .isEqualTo(
            new DraftSchedule(
                List.of(
                    List.of(
                        new Block(0, List.of(new Stop(2, 1)), 1, new Stop(6, 2)),
                        new Block(0, List.of(new Stop(1, 1)), 0, new Stop(6, 2)),
                        new Block(0, List.of(new Stop(3, 2), new Stop(2, 1)), 1, null),
                        new Block(3, List.of(), 2, new Stop(6, 1)),
                        new Block(0, List.of(new Stop(1, 1)), 1, null))),
                6));
  }

  /** A run's own schedule on its own model: every layer, look-up and block is there again. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "max_prob:0.02@lossless,drafts=3",
        "max_prob:0.02@lossless",
        "margin:0.005@lossless,drafts=5",
        "static:1@lossless,drafts=2"
      })
  void whatIsImposedIsTheRun(String policy) throws IOException {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(GoldenVision.MODEL, 1)) {
      ModelInternals internals = model.internals();
      int layers = internals.spec().decoderLayers();
      List<Input> inputs = BenchInputs.of(model, 3, 1);
      GenerationOptions options =
          GenerationOptions.defaults()
              .withExits(ExitSettings.parse(policy))
              .withMaxNewTokens(TOKENS)
              .withMinNewTokens(TOKENS);
      List<Generation> run = new ArrayList<>();
      List<String> lines = new ArrayList<>();
      for (Input input : inputs) {
        Generation generation = model.generate(input, options);
        ObjectNode line = GenerationJson.object();
        GenerationJson.write(generation, true, line);
        run.add(generation);
        lines.add(line.toString());
      }
      assertThat(run.stream().mapToInt(one -> one.drafted() - one.accepted()).sum()).isPositive();
      Confidence asked = Confidence.of(ExitSettings.parse(policy).measure());
      List<Integer> exits = Objects.requireNonNull(internals.spec().exits()).layers();
      List<ModelBench.Answer> answers =
          Schedule.read(Files.write(folder.resolve("run.jsonl"), lines), null)
              .answers(
                  layers,
                  TOKENS,
                  asked == null ? Confidence.MAX_PROB : asked,
                  asked == null ? List.of() : exits);
      List<Prepared> prepared = ModelBench.prepare(model, inputs, TOKENS);
      for (int i = 0; i < inputs.size(); i++) {
        ImposedDrafts drafts = Objects.requireNonNull(answers.get(i).drafts());
        Drafting drafting = drafts.drafting(run.get(i).tokenIds());
        Prepared imposed =
            prepared
                .get(i)
                .with(
                    search ->
                        Searches.withDrafting(
                            Searches.withRule(search, ExitRule.full(layers)), drafting));
        Generation again = internals.decode(List.of(imposed)).getFirst().orThrow();
        assertThat(again.tokenIds()).isEqualTo(run.get(i).tokenIds());
        assertThat(again.exitLayers()).isEqualTo(run.get(i).exitLayers());
        assertThat(again.effort()).isEqualTo(run.get(i).effort());
        assertThat(again.drafts()).isEqualTo(run.get(i).drafts());
      }
    }
  }

  @Test
  void draftsStayAboveTheLastLayerOfAnotherDepth() {
    Block block = new Block(0, List.of(new Stop(5, 1), new Stop(1, 1)), 1, new Stop(6, 2));
    assertThat(block.scaled(6, 2))
        .isEqualTo(new Block(0, List.of(new Stop(1, 1), new Stop(1, 1)), 1, new Stop(2, 2)));
    DraftSchedule schedule = new DraftSchedule(List.of(List.of(block, block)), 6);
    assertThat(schedule.answers(3, 9, Confidence.MAX_PROB, null).getFirst().first()).isEqualTo(2);
    assertThatThrownBy(() -> schedule.answers(1, 9, Confidence.MAX_PROB, null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a decoder of one layer leaves none");
  }

  /** No token comes after the first verification of the first two: there is no time to take. */
  @Test
  void answersOfOneVerificationAreLeftOut() {
    Block two = new Block(0, List.of(new Stop(1, 1)), 1, new Stop(6, 2));
    Block three = new Block(0, List.of(new Stop(1, 1), new Stop(2, 1)), 2, new Stop(6, 2));
    DraftSchedule schedule =
        new DraftSchedule(
            List.of(List.of(), List.of(three), List.of(three, two), List.of(two, two)), 6);
    assertThat(schedule.answers(6, 9, Confidence.MAX_PROB, null))
        .extracting(answer -> answer.tokens() + " of which " + answer.first())
        .containsExactly("5 of which 3", "4 of which 2");
    assertThat(schedule.answers(6, 3, Confidence.MAX_PROB, null))
        .extracting(answer -> answer.tokens() + " of which " + answer.first())
        .containsExactly("3 of which 2");
    assertThatThrownBy(() -> schedule.answers(6, 2, Confidence.MAX_PROB, null))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(
            "no answer has tokens after its first verification",
            "give longer answers or more --new-tokens");
  }

  /** Answers that end inside a verification which kept all may never name the last layer. */
  @Test
  void depthMustBeToldWhereNoTokenIsOfFullDepth() throws IOException {
    String early =
        "{\"exit_layers\": [1, 3], \"drafted\": 2, \"accepted\": 2, \"dropped\": [[], []]}";
    String cut = early.replace("\"accepted\"", "\"finish\": \"stop\", \"accepted\"");
    for (Path file : List.of(file(early), file(early, cut))) {
      assertWrong(
          file,
          "run.jsonl: has no token of full depth, so the decoder's depth is not told",
          "give --schedule-layers N");
    }
    List<Block> drafts = List.of(new Block(0, List.of(Stop.at(1), Stop.at(3)), 2, null));
    assertThat(Schedule.read(file(early), 6)).isEqualTo(new DraftSchedule(List.of(drafts), 6));
    // Fewer drafts were kept than there are tokens, so one is of full depth.
    assertThat(Schedule.read(file(cut.replace("\"accepted\": 2", "\"accepted\": 1")), null))
        .isEqualTo(
            new DraftSchedule(
                List.of(List.of(new Block(0, List.of(Stop.at(1)), 1, Stop.at(3)))), 3));
    assertThatThrownBy(() -> Schedule.read(file(early), 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has the exit layer 3, and --schedule-layers says 2");
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    String plain = "{\"exit_layers\": [1, 6]}";
    String drafts = "{\"exit_layers\": [1, 6], \"drafted\": 1, \"accepted\": 1";
    assertWrong(file(drafts + "}"), "line 1", "generate it with --trace");
    assertWrong(file(drafts + ", \"dropped\": [[]]}"), "line 1", "generate it with --trace");
    String whole = drafts + ", \"dropped\": [[], []]}";
    assertWrong(file(plain, whole), "line 2", "is of lossless exits, unlike");
    assertWrong(file(whole, plain), "line 2", "is not of lossless exits, unlike");
    assertWrong(
        file(whole.replace("\"accepted\": 1", "\"accepted\": 0")),
        "0 drafts were accepted, and its exit_layers tell of 1");
    assertWrong(
        file(
            whole
                .replace("[1, 6]", "[0, 1, 6]")
                .replace("[[], []]", "[[], [], []]")
                .replace("\"accepted\": 1", "\"accepted\": 2")),
        "copies of the input among other drafts");
    assertWrong(file(whole.replace("[[], []]", "[[], [{\"layer\": -1}]]")), "exit layer -1");
  }

  private static void assertWrong(Path file, String... parts) {
    assertThatThrownBy(() -> Schedule.read(file, null))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(parts);
  }
}
