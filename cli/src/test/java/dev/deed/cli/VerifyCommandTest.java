package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receipts of jobs, and {@code deed verify} over their lines. */
final class VerifyCommandTest {
  private static final Path MODEL = DeedRun.model("t5-v1_0");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder = Path.of("");
  private Path input = Path.of("");
  private Path output = Path.of("");

  @BeforeEach
  void makeInput() throws IOException {
    input =
        Files.write(
            folder.resolve("in.jsonl"),
            List.of(
                "{\"id\": \"greedy\", \"input_ids\": [5, 6, 7, 8]}",
                "{\"input_ids\": [9, 6, 7], \"generation\": {\"no_repeat_ngram_size\": 2}}",
                "{\"id\": 3, \"input_ids\": [9, 8, 7], \"generation\": {\"do_sample\": true,"
                    + " \"seed\": 5}}",
                "{\"id\": \"lossless\", \"input_ids\": [5, 6], \"exits\": {\"policy\":"
                    + " \"max_prob\", \"threshold\": 0.1, \"lossless\": true}}"));
    output = folder.resolve("out.jsonl");
  }

  private void generate(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("generate", MODEL, "--input", input));
    arguments.addAll(List.of("--output", output, "--overwrite", "--policy", "full"));
    arguments.addAll(List.of(more));
    DeedRun run = DeedRun.of(arguments.toArray());
    assertThat(run.code()).as(run.err()).isZero();
  }

  private List<ObjectNode> answers() throws IOException {
    List<ObjectNode> answers = new ArrayList<>();
    for (String line : Files.readAllLines(output)) {
      answers.add((ObjectNode) MAPPER.readTree(line));
    }
    return answers;
  }

  private DeedRun verify(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("verify", MODEL, "--input", input));
    arguments.addAll(List.of("--answers", output, "--json"));
    arguments.addAll(List.of(more));
    return DeedRun.of(arguments.toArray());
  }

  private static List<JsonNode> lines(DeedRun run, int code) throws IOException {
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(MAPPER.readTree(line));
    }
    return lines;
  }

  private void write(List<ObjectNode> answers) throws IOException {
    Files.write(output, answers.stream().map(ObjectNode::toString).toList());
  }

  /** Options of the job need not be repeated, nor its precision; lines may come in any order. */
  @Test
  void receiptsTellHowTheirAnswersAreChecked() throws IOException {
    generate("--receipt", "--batch", 3, "--max-new-tokens", 23, "--precision", "w8a8");
    List<ObjectNode> answers = answers();
    JsonNode receipt = answers.getFirst().path("receipt");
    assertThat(receipt.path("precision").asText()).isEqualTo("w8a8");
    for (String sum : List.of("model", "tokenizer", "input", "settings", "tokens")) {
      assertThat(receipt.path(sum).asText()).as(sum).matches("[0-9a-f]{64}");
    }
    write(answers.reversed());
    List<JsonNode> lines = lines(verify("--threads", 1), 0);
    assertThat(lines)
        .extracting(line -> line.path("id").asText())
        .containsExactly("lossless", "3", "null", "greedy");
    assertThat(lines).allMatch(line -> line.path("equal").asBoolean());
    assertThat(lines).allMatch(line -> line.path("tokens").asInt() == 23);
    assertThat(lines.getFirst().path("settings").path("generation").path("max_new_tokens").asInt())
        .isEqualTo(23);
    assertThat(lines(verify("--precision", "fp32"), 1).getFirst().path("mismatches").toString())
        .contains("receipt.precision");
    assertThat(lines(verify("--seed", 1), 1).getFirst().path("mismatches").toString())
        .contains("receipt.settings");
  }

  @Test
  void changedAnswersAreNamedWithTheirPlace() throws IOException {
    generate();
    assertThat(lines(verify(), 0)).hasSize(4);
    List<ObjectNode> answers = answers();
    int was = answers.get(1).path("token_ids").get(4).asInt();
    ((ArrayNode) answers.get(1).get("token_ids")).set(4, was == 40 ? 41 : 40);
    ((ArrayNode) answers.get(2).get("token_ids")).remove(19);
    write(answers);
    List<JsonNode> lines = lines(verify(), 1);
    assertThat(lines.getFirst().path("equal").asBoolean()).isTrue();
    JsonNode changed = lines.get(1);
    assertThat(changed.path("equal").asBoolean(true)).isFalse();
    assertThat(changed.path("position").asInt()).isEqualTo(4);
    assertThat(changed.path("expected").asInt()).isEqualTo(was);
    assertThat(lines.get(2).path("position").asInt()).isEqualTo(19);
    assertThat(lines.get(2).get("claimed").isNull()).isTrue();
    assertThat(verify().err()).contains("4 answers, 79 tokens: 2 differ");
  }

  @Test
  void whatIsNoAnswerIsBadInput() throws IOException {
    generate();
    List<ObjectNode> answers = answers();
    answers.get(2).remove("token_ids");
    answers.get(2).put("error", "memory: is used up");
    write(answers);
    DeedRun run = verify();
    assertThat(lines(run, 2)).hasSize(4);
    assertThat(run.out()).contains("line 3: holds no answer (memory: is used up)");
    answers.get(0).put("id", "foreign");
    write(answers);
    verify().assertOneLine(2, "out.jsonl, line 1", "answers no line of", "foreign");
    DeedRun.of("verify", MODEL, "--input", input, "--answers", folder.resolve("none"))
        .assertOneLine(2, "is no file");
    write(List.of());
    verify().assertOneLine(2, "out.jsonl: holds no answers");
    DeedRun.of(
            "generate",
            MODEL,
            "--input",
            input,
            "--receipt",
            "--watch",
            "0.5",
            "--watch-tolerance",
            "1")
        .assertOneLine(2, "receipt: is not for answers under a watch");
    DeedRun.of("generate", MODEL, "--prompt", "a", "--receipt").assertOneLine(2, "--receipt");
    DeedRun beams =
        DeedRun.of(
            "generate", MODEL, "--input", input, "--receipt", "--beams", 2, "--policy", "full");
    assertThat(beams.code()).isEqualTo(1);
    assertThat(beams.out()).contains("proof: is for one greedy or drawn answer, not for beams");
  }

  /** A line asks for its own receipt; a line of output, which holds one, asks for none. */
  @Test
  void aLineAsksForAReceipt() throws IOException {
    Files.write(
        input,
        List.of(
            "{\"input_ids\": [5, 6], \"receipt\": true}",
            "{\"input_ids\": [5, 6], \"receipt\": {\"model\": \"x\"}}",
            "{\"input_ids\": [5, 6]}"));
    generate();
    assertThat(answers())
        .extracting(answer -> answer.path("receipt").isObject())
        .containsExactly(true, false, false);
    Files.write(input, List.of("{\"input_ids\": [5, 6], \"receipt\": 1}"));
    DeedRun wrong = DeedRun.of("generate", MODEL, "--input", input);
    assertThat(wrong.out()).contains("field receipt: is not true or false");
  }

  /** Some tokens no layer emits, others are copied; the check knows why each stands there. */
  @Test
  void forcedAndPredictedTokensAreProved() throws IOException {
    Path model = DeedRun.ROOT.resolve("models/values");
    String prompt = "de: Bitte zahlen Sie 1.248,50 € bis zum 3. Januar 2027.";
    Files.writeString(input, "{\"prompt\": \"" + prompt + "\"}\n");
    DeedRun run =
        DeedRun.of(
            "generate",
            model,
            "--input",
            input,
            "--receipt",
            "--prediction",
            "amount 1248.50 EUR; date 2027-02-03");
    assertThat(run.code()).as(run.err()).isZero();
    Files.writeString(output, run.out());
    ObjectNode answer = answers().getFirst();
    assertThat(answer.path("text").asText()).isEqualTo("amount 1248.50 EUR; date 2027-01-03");
    assertThat(answer.path("forced").asInt()).isPositive();
    assertThat(answer.path("accepted").asInt()).isGreaterThan(8);
    DeedRun check = DeedRun.of("verify", model, "--input", input, "--answers", output);
    assertThat(lines(check, 0)).allMatch(line -> line.path("equal").asBoolean());
  }
}
