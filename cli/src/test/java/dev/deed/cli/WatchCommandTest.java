package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code generate --watch}: what is verified, told, and done when it is too much. */
final class WatchCommandTest {
  private static final Path MODEL = DeedRun.model("t5-v1_0");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder = Path.of("");

  private Path lines(int count) throws IOException {
    Random random = new Random(5);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(
          "{\"input_ids\": [%d, %d, %d], \"generation\": {\"max_new_tokens\": 6}}"
              .formatted(5 + random.nextInt(35), 5 + random.nextInt(35), 5 + random.nextInt(35)));
    }
    return Files.write(folder.resolve("in.jsonl"), lines);
  }

  private static DeedRun job(Path model, Path input, Path output, Object... options) {
    List<Object> arguments =
        new ArrayList<>(List.of("generate", model, "--input", input, "--output", output));
    arguments.addAll(List.of(options));
    return DeedRun.of(arguments.toArray());
  }

  private static List<ObjectNode> answers(Path output) throws IOException {
    List<ObjectNode> answers = new ArrayList<>();
    for (String line : Files.readAllLines(output)) {
      ObjectNode answer = (ObjectNode) MAPPER.readTree(line);
      answer.remove("timing");
      answers.add(answer);
    }
    return answers;
  }

  /**
   * Exits that are never right: what follows is of full depth, in every batch from the same line.
   */
  @Test
  void aJobFallsBackToFullDepth() throws IOException {
    Path input = lines(40);
    Object[] options = {
      "--threshold", 0.01, "--watch", 0.5, "--watch-tolerance", 10, "--json", "--batch", 1
    };
    Path one = folder.resolve("one.jsonl");
    DeedRun alone = job(MODEL, input, one, options);
    assertThat(alone.code()).as(alone.err()).isZero();
    JsonNode summary = MAPPER.readTree(alone.out());
    int watched = summary.path("watched").asInt();
    assertThat(watched).isBetween(2, 8);
    assertThat(summary.path("watched_disagreements").asInt()).isEqualTo(watched);
    assertThat(summary.path("watch_tolerance").asDouble()).isEqualTo(10);
    assertThat(summary.path("fell_back").asBoolean()).isTrue();
    assertThat(alone.err())
        .containsOnlyOnce("deed: " + input + ": " + watched + " of " + watched + " watched answers")
        .contains("more than the 10 % allowed; full depth answers from here on");

    List<ObjectNode> answers = answers(one);
    List<Boolean> verified = answers.stream().map(answer -> answer.has("drafted")).toList();
    int last = verified.lastIndexOf(true);
    assertThat(verified.stream().filter(drafted -> drafted).count()).isEqualTo(watched);
    assertThat(verified.subList(0, last)).contains(false);
    for (ObjectNode answer : answers.subList(last + 1, 40)) {
      answer.path("exit_layers").forEach(layer -> assertThat(layer.asInt()).isEqualTo(6));
    }

    options[8] = 7;
    Path seven = folder.resolve("seven.jsonl");
    DeedRun together = job(MODEL, input, seven, options);
    assertThat(together.code()).as(together.err()).isZero();
    assertThat(answers(seven)).isEqualTo(answers);
  }

  /** Watched answers are those of full depth, the others those of the exits. */
  @Test
  void aJobThatKeepsItsPromiseGoesOn() throws IOException {
    Path input = lines(60);
    Path full = folder.resolve("full.jsonl");
    Path plain = folder.resolve("plain.jsonl");
    Path out = folder.resolve("out.jsonl");
    assertThat(job(MODEL, input, full, "--policy", "full", "--quiet").code()).isZero();
    assertThat(job(MODEL, input, plain, "--threshold", 0.7, "--quiet").code()).isZero();
    DeedRun watching =
        job(MODEL, input, out, "--threshold", 0.7, "--watch", 0.4, "--watch-tolerance", 60);
    assertThat(watching.code()).as(watching.err()).isZero();
    assertThat(watching.err())
        .containsPattern(", \\d+ of \\d+ watched answers differ from full depth's; ")
        .doesNotContain("from here on");
    int verified = 0;
    for (int i = 0; i < 60; i++) {
      ObjectNode answer = answers(out).get(i);
      boolean watched = answer.has("drafted");
      verified += watched ? 1 : 0;
      assertThat(answer.path("token_ids"))
          .isEqualTo(answers(watched ? full : plain).get(i).path("token_ids"));
    }
    assertThat(verified).isBetween(12, 36);
    assertThat(watching.err()).contains(" of " + verified + " watched");
  }

  /** A line that states exits of its own asked for them. */
  @Test
  void linesWithExitsOfTheirOwnAreLeftAlone() throws IOException {
    Path input =
        Files.writeString(
            folder.resolve("in.jsonl"),
            "{\"input_ids\": [5, 6], \"exits\": {\"confidence\": \"max_prob\", \"threshold\": 0.02},"
                + " \"generation\": {\"max_new_tokens\": 6}}\n");
    Path out = folder.resolve("out.jsonl");
    DeedRun run = job(MODEL, input, out, "--watch", 1, "--watch-tolerance", 1, "--json");
    assertThat(MAPPER.readTree(run.out()).path("watched").asInt(-1)).isZero();
    assertThat(answers(out).getFirst().has("drafted")).isFalse();
  }

  /** A folder that was calibrated for exact match against full depth says what may differ. */
  @Test
  void theFolderSaysWhatWasPromised() throws IOException {
    Path input = lines(2);
    Path out = folder.resolve("out.jsonl");
    job(MODEL, input, out, "--watch", 1)
        .assertOneLine(
            2, "--watch: does not know how many answers may differ", "--watch-tolerance");
    Path model = calibrated("betting", 2.5);
    DeedRun run = job(model, input, out, "--watch", 1, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(MAPPER.readTree(run.out()).path("watch_tolerance").asDouble()).isEqualTo(2.5);
    job(model, input, folder.resolve("other.jsonl"), "--watch", 1, "--threshold", 0.5)
        .assertOneLine(2, "--watch-tolerance");
  }

  /** A promise about the metric of one corpus tells nothing of other inputs. */
  @Test
  void aCorpusCalibrationPromisesNothing() throws IOException {
    Path model = calibrated("bootstrap", 2.5);
    job(model, lines(2), folder.resolve("out.jsonl"), "--watch", 1)
        .assertOneLine(2, "--watch: does not know how many answers may differ");
  }

  /** Nothing would be watched, and the job would end with "0 of 0". */
  @Test
  void beamsAndSeveralAnswersAreRefused() throws IOException {
    Path input = lines(1);
    Path out = folder.resolve("out.jsonl");
    String why = "--watch: cannot verify beam searches or several answers, which the settings ask";
    Object[] watch = {"--watch", 1, "--watch-tolerance", 1};
    job(MODEL, input, out, options(watch, "--beams", 4))
        .assertOneLine(2, why, "give --beams 1 and --return 1, or leave it out");
    job(MODEL, input, out, options(watch, "--seed", 1, "--return", 2)).assertOneLine(2, why);
    Path model = calibrated("betting", 2.5);
    Files.writeString(model.resolve("generation_config.json"), "{\"num_beams\": 4}");
    job(model, input, out, watch).assertOneLine(2, why);
    DeedRun greedy = job(model, input, out, options(watch, "--beams", 1, "--json"));
    assertThat(greedy.code()).as(greedy.err()).isZero();
    assertThat(MAPPER.readTree(greedy.out()).path("watched").asInt()).isEqualTo(1);
    DeedRun.of("serve", "--port", 0, "beams=" + model, "--watch", 1)
        .assertOneLine(2, "model beams: --watch: cannot verify", "generation_config.json");
  }

  private static Object[] options(Object[] first, Object... more) {
    List<Object> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray();
  }

  /** As the documentation writes it, with a shipped model in the place of MODEL. */
  @ParameterizedTest
  @Tag("night")
  @ValueSource(strings = {"lossless.md", "serving.md"})
  void theDocumentedOptionsSuitAShippedModel(String page) throws Exception {
    Matcher options =
        Pattern.compile("serve MODEL (--watch .*)|`(--watch [^`]*)`")
            .matcher(Files.readString(DeedRun.ROOT.resolve("docs").resolve(page)));
    assertThat(options.find()).isTrue();
    String typed = options.group(1) == null ? options.group(2) : options.group(1);
    List<Object> arguments =
        new ArrayList<>(List.of("serve", DeedRun.ROOT.resolve("models/ofa-tasks"), "--port", 0));
    arguments.addAll(List.of("--warm-up", 0));
    arguments.addAll(List.of(typed.split(" ")));
    DeedProcess server = DeedProcess.start(folder, List.of(), arguments.toArray());
    try {
      DeedProcess.waitFor(
          () -> folder.resolve("stdout").toFile().length() > 0 || !server.process().isAlive());
      assertThat(server.stdout()).as(server.stderr()).startsWith("serving ofa-tasks at http://");
      server.signal("TERM");
      assertThat(server.end()).isZero();
    } finally {
      server.process().destroyForcibly();
    }
  }

  /** Of several models the one that cannot be watched is named, with what serve can do about it. */
  @Test
  void aServerNamesTheModelThatCannotBeWatched() throws IOException {
    String good = "good=" + calibrated("betting", 2.5);
    DeedRun.of("serve", "--port", 0, good, "plain=" + MODEL, "--watch", 1)
        .assertOneLine(2, "model plain: --watch: does not know", "give --watch-tolerance POINTS");
    Path full = Files.createDirectory(folder.resolve("full"));
    Files.copy(MODEL.resolve("model.safetensors"), full.resolve("model.safetensors"));
    ObjectNode config = (ObjectNode) MAPPER.readTree(MODEL.resolve("config.json").toFile());
    config.remove("exits");
    MAPPER.writeValue(full.resolve("config.json").toFile(), config);
    DeedRun run =
        DeedRun.of(
            "serve", "--port", 0, good, "deep=" + full, "--watch", 1, "--watch-tolerance", 1);
    run.assertOneLine(
        2, "model deep: watched answers: their exits run at full depth", "leave --watch out");
    assertThat(run.err()).doesNotContain("policy");
  }

  /** The model with a calibration for exact match against full depth. */
  private Path calibrated(String bound, double tolerance) throws IOException {
    Path model = Files.createDirectory(folder.resolve("model-" + bound));
    Files.copy(MODEL.resolve("model.safetensors"), model.resolve("model.safetensors"));
    ObjectNode config = (ObjectNode) MAPPER.readTree(MODEL.resolve("config.json").toFile());
    ObjectNode calibration = ((ObjectNode) config.get("exits")).putObject("calibration");
    calibration.put("metric", "exact").put("against", "full").put("bound", bound);
    calibration.put("tolerance", tolerance);
    MAPPER.writeValue(model.resolve("config.json").toFile(), config);
    return model;
  }

  @Test
  void whatMakesNoSenseIsSaidInALine() throws IOException {
    Path input = lines(1);
    Path out = folder.resolve("out.jsonl");
    job(MODEL, input, out, "--watch", 2).assertOneLine(2, "--watch: is 2.0");
    job(MODEL, input, out, "--watch-tolerance", 1).assertOneLine(2, "needs answers");
    job(MODEL, input, out, "--watch-seed", 3)
        .assertOneLine(2, "--watch-seed: needs answers that are watched");
    job(MODEL, input, out, "--watch", 1, "--watch-tolerance", 0).assertOneLine(2, "is 0.0");
    job(MODEL, input, out, "--watch", 1, "--watch-tolerance", 1, "--policy", "full")
        .assertOneLine(2, "run at full depth");
    job(MODEL, input, out, "--watch", 1, "--watch-tolerance", 1, "--lossless")
        .assertOneLine(2, "are lossless");
    DeedRun.of("generate", MODEL, "--prompt", "w5", "--watch", 1)
        .assertOneLine(2, "--watch: is for --input or several files alone");
  }
}
