package dev.deed.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** What users give, what the service refuses, and what must not get through. */
@ExtendWith(Chromium.class)
class PageInputTest {
  private static final Path SAMPLES = PageServer.MODELS.resolve("screenshot-markup/samples");
  private static final String ONE_ROW = "#model=screenshot-markup&example=one-row&compare=no";

  private final Page page;

  PageInputTest(Page page) {
    this.page = page;
  }

  private static String dataUrl(String name) throws Exception {
    return "data:image/png;base64,"
        + Base64.getEncoder().encodeToString(Files.readAllBytes(SAMPLES.resolve(name)));
  }

  /** Its folder asks for pictures, its architecture does not. */
  @Test
  void aPictureThatIsNeededIsAskedForBeforeAnythingIsSent() {
    page.open("#model=ofa-tasks&compare=no");
    page.awaitAnswer();
    int calls = page.calls().size();
    page.run("document.getElementById('picture').show(null)");
    assertThat(page.text("#picture")).contains("this model needs one");
    page.find("#run").click();
    page.await("!document.getElementById('trouble').hidden");
    assertThat(page.text("#trouble")).contains("this model needs one");
    assertThat(page.calls()).hasSize(calls);
  }

  @Test
  void aPictureIsPickedDroppedOrPasted() throws Exception {
    page.open(ONE_ROW);
    page.find("#picture input")
        .sendKeys(SAMPLES.resolve("two-rows.png").toAbsolutePath().toString());
    page.await("probe.calls.length === 2");
    page.awaitAnswer();
    assertThat(page.calls().get(1).get("image").asText()).isEqualTo(dataUrl("two-rows.png"));
    assertThat(page.json("location.hash").asText()).doesNotContain("example");
    assertThat(page.text("#snippets")).contains("two-rows.png").doesNotContain("iVBOR");

    String transfer =
        """
        const bytes = Uint8Array.from(atob(arguments[0].split(',')[1]), c => c.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], arguments[1], { type: 'image/png' }));
        """;
    page.run(
        transfer
            + "const how = {dataTransfer: data, cancelable: true, bubbles: true};"
            + "document.getElementById('picture').dispatchEvent(new DragEvent('drop', how))",
        dataUrl("one-row.png"),
        "dropped.png");
    page.await("probe.calls.length === 3");
    page.awaitAnswer();
    assertThat(page.calls().get(2).get("image").asText()).isEqualTo(dataUrl("one-row.png"));
    page.run(
        transfer + "document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data}))",
        dataUrl("two-rows.png"),
        "pasted.png");
    page.await("probe.calls.length === 4");
    page.awaitAnswer();
    assertThat(page.calls().get(3).get("image").asText()).isEqualTo(dataUrl("two-rows.png"));
    page.assertNoTrouble(true);
  }

  @Test
  void aPromptIsSentAsItStands() {
    page.open("#model=ofa-tasks&example=shape-11&compare=no");
    page.replaceText("#prompt", "is \"this\" a circle?");
    page.find("#prompt").sendKeys(Keys.chord(Keys.CONTROL, Keys.ENTER));
    page.await("probe.calls.length === 2");
    assertThat(page.calls().get(1).get("body").get("prompt").asText())
        .isEqualTo("is \"this\" a circle?");
    assertThat(page.json("document.querySelectorAll('[aria-pressed=true]').length").asInt())
        .isZero();
  }

  @Test
  void aQuestionBeginsTheDecoderOfAModelThatReadsPicturesAlone() {
    page.open("#model=referring&compare=no");
    assertThat(page.text("#prompt-field")).startsWith("Decoder prompt (optional)");
    JsonNode body = page.calls().get(0).get("body");
    assertThat(body.get("decoder_prompt").asText()).startsWith("where is ");
    assertThat(body.has("prompt")).isFalse();
    assertThat(page.text("#tokens")).contains("<bin_");
    page.replaceText("#prompt", "where is the second card ?");
    page.find("#prompt").sendKeys(Keys.chord(Keys.CONTROL, Keys.ENTER));
    page.await("probe.calls.length === 2");
    assertThat(page.calls().get(1).get("body").get("decoder_prompt").asText())
        .isEqualTo("where is the second card ?");
    page.open("#model=screenshot-markup&compare=no");
    assertThat(page.find("#prompt-field").isDisplayed()).isFalse();
  }

  @Test
  void aFullServiceIsAskedAgainWhenItSaid() {
    page.open(ONE_ROW);
    page.forgetCalls();
    page.answerNext(
        429, Map.of("Retry-After", "1"), "{\"error\":{\"message\":\"The queue is full.\"}}");
    page.click("#run");
    page.await("!document.getElementById('trouble').hidden");
    assertThat(page.text("#trouble")).contains("The queue is full.").contains("tries again");
    page.awaitAnswer();
    assertThat(page.json("document.getElementById('trouble').hidden").asBoolean()).isTrue();
  }

  @Test
  void aPictureThatIsNotReadIsExplained() {
    page.open(ONE_ROW);
    page.answerNext(
        415,
        Map.of(),
        "{\"error\":{\"message\":\"image: this kind is not read; send PNG or JPEG\"}}");
    page.click("#run");
    page.await("!document.getElementById('trouble').hidden");
    assertThat(page.text("#trouble")).contains("Image: this kind is not read; send PNG or JPEG");
    assertThat(page.find("#stop").isEnabled()).isFalse();
  }

  @Test
  void aLostConnectionIsSaidAndCanBeTriedAgain() {
    page.open(ONE_ROW);
    String half =
        "event: token\ndata: {\"index\":0,\"token_id\":1,\"text\":\"header\",\"exit_layer\":1,\"log_prob\":-0.1}\n\n";
    page.forgetCalls();
    page.answerNext(200, Map.of("Content-Type", "text/event-stream"), half);
    page.click("#run");
    page.await("!document.getElementById('trouble').hidden");
    assertThat(page.text("#trouble")).contains("The connection was lost");
    assertThat(page.layersOfTokens()).containsExactly(1);
    page.run("probe.answers.push('lost')");
    page.click("#trouble button");
    page.await("document.getElementById('trouble').textContent.includes('cannot be reached')");
    page.click("#trouble button");
    page.awaitAnswer();
  }

  @Test
  void anErrorInMidStreamIsSaid() {
    page.open(ONE_ROW);
    page.answerNext(
        200,
        Map.of(),
        "event: error\ndata: {\"error\":{\"message\":\"The deadline passed.\"}}\n\n");
    page.click("#run");
    page.await("!document.getElementById('trouble').hidden");
    assertThat(page.text("#trouble")).contains("The deadline passed.");
  }

  @Test
  void aKeyIsKeptInTheTabAlone() {
    page.open(ONE_ROW);
    page.answerNext(401, Map.of(), "{\"error\":{\"message\":\"no key\"}}");
    page.click("#run");
    page.await("document.getElementById('key-dialog').open");
    page.forgetCalls();
    page.find("#key").sendKeys("sesame-9");
    page.click("#key-use");
    page.awaitAnswer();
    assertThat(page.calls())
        .isNotEmpty()
        .allMatch(call -> call.get("authorization").asText().equals("Bearer sesame-9"));
    JsonNode elsewhere =
        page.json(
            "[location.href, JSON.stringify(localStorage), document.body.textContent, document.cookie]");
    assertThat(elsewhere.toString()).doesNotContain("sesame").contains("DEED_API_KEY");
    page.leave();
  }

  @Test
  void whatAModelWritesStaysText() {
    page.open(ONE_ROW);
    String evil =
        "<img src=x onerror=\"window.broken = true\"><script>window.broken = true</script>";
    answerNext(evil);
    page.click("#run");
    page.await(
        "document.querySelectorAll('#tokens .token').length === 1 && document.querySelector('deed-drawn pre')");
    assertThat(page.text("#tokens .text")).isEqualTo(evil);
    assertThat(page.text("deed-token .alternatives .text")).isEqualTo(evil);
    assertThat(page.text("deed-drawn pre")).isEqualTo(evil);
    assertThat(page.json("window.broken ?? null").isNull()).isTrue();
    assertThat(page.json("document.querySelectorAll('#result img, #result script').length").asInt())
        .isZero();
    page.assertNoTrouble(true);
  }

  @Test
  void jsonIsIndented() {
    page.open(ONE_ROW);
    answerNext("{\"total\": [1, 2]}");
    page.click("#run");
    page.await("document.querySelector('deed-drawn pre')");
    assertThat(page.text("deed-drawn pre")).isEqualTo("{\n  \"total\": [\n    1,\n    2\n  ]\n}");
  }

  /** The next answer is one token with this text. */
  private void answerNext(String text) {
    ObjectNode token = JsonNodeFactory.instance.objectNode().put("index", 0).put("token_id", 1);
    token.put("text", text).put("exit_layer", 1).put("log_prob", -0.1);
    token.putArray("consulted").addObject().put("layer", 1).put("confidence", 0.9);
    token.putArray("alternatives").addObject().put("text", text).put("probability", 0.9);
    ObjectNode line = JsonNodeFactory.instance.objectNode().put("text", text).put("layers_run", 1);
    line.put("layers_possible", 6);
    line.putArray("token_ids").add(1);
    line.putArray("exit_layers").add(1);
    line.putObject("timing").put("preprocess_ms", 1).put("encode_ms", 1).put("decode_ms", 1);
    page.answerNext(
        200,
        Map.of(),
        "event: token\ndata: %s\n\nevent: done\ndata: %s\n\n".formatted(token, line));
  }
}
