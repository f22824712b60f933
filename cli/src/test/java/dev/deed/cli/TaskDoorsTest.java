package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.data.GenerationJson;
import dev.deed.data.ReadType;
import dev.deed.data.TablesType;
import dev.deed.page.PageReader;
import dev.deed.server.DeedServer;
import dev.deed.server.ServerOptions;
import dev.deed.server.serving.ModelLife;
import dev.deed.server.serving.ModelSource;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.table.Page;
import dev.deed.table.TableOptions;
import dev.deed.table.TableReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each task gives the same by each of its doors: options, lines, many at once, HTTP, Java. */
final class TaskDoorsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path VALUES = DeedRun.ROOT.resolve("models/values");
  private static final Path LINES = DeedRun.ROOT.resolve("models/text-lines");
  private static final Path TABLES =
      DeedRun.ROOT.resolve("core/src/test/resources/table-former/tiny");
  private static final Path PAGE = TABLES.resolve("page.png");
  private static final String PROMPT = "de: Bitte zahlen Sie 1.248,50 € bis zum 3. Januar 2027.";

  @TempDir static Path folder = Path.of("");
  private static Path speech = Path.of("");
  private static Path sound = Path.of("");
  private static DeedServer server;

  @BeforeAll
  static void serve() throws IOException {
    speech = Files.createDirectory(folder.resolve("whisper"));
    sound = TranscribeRuns.in(speech, folder).noise("noise.wav", 3);
    server =
        DeedServer.start(
            new ServerOptions("127.0.0.1", 0, null, 1 << 20, 8, null, Set.of(), 60),
            ModelLife.ALWAYS,
            List.of(
                source("values", VALUES),
                source("lines", LINES),
                source("tables", TABLES.resolve("model")),
                source("whisper", speech)),
            line -> {});
    server.open();
  }

  private static ModelSource source(String name, Path model) {
    return new ModelSource(
        name,
        room -> EncoderDecoderModel.open(model, 1),
        EngineOptions.defaults().withKnee(4),
        Duration.ofMinutes(1),
        Duration.ZERO,
        opened -> null);
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static JsonNode answer(String json) throws IOException {
    ObjectNode answer = (ObjectNode) MAPPER.readTree(json);
    answer.remove(List.of("id", "timing"));
    return answer;
  }

  private static JsonNode run(Object... arguments) throws IOException {
    DeedRun run = DeedRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return answer(run.out());
  }

  /** The answers of a job, which all are the same. */
  private static JsonNode runOfMany(Object... arguments) throws IOException {
    DeedRun run = DeedRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    for (String line : lines) {
      assertThat(answer(line)).isEqualTo(answer(lines.getFirst()));
    }
    return answer(lines.getFirst());
  }

  private static Path lines(ObjectNode line, int count) throws IOException {
    Path file = Files.createTempFile(folder, "in", ".jsonl");
    return Files.writeString(file, (line + "\n").repeat(count));
  }

  private static JsonNode post(String path, ObjectNode body) throws Exception {
    return post(path, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode post(String path, String type, byte[] body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> reply =
          client.send(
              HttpRequest.newBuilder(URI.create(server.url() + "/" + path))
                  .header("Content-Type", type)
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
      return answer(reply.body());
    }
  }

  private static ObjectNode object(Map<String, String> fields) {
    return MAPPER.valueToTree(fields);
  }

  private static String url(Path picture) throws IOException {
    return "data:image/png;base64,"
        + Base64.getEncoder().encodeToString(Files.readAllBytes(picture));
  }

  @Test
  void generate() throws Exception {
    JsonNode answer = run("generate", VALUES, "--prompt", PROMPT, "--json");
    ObjectNode line = object(Map.of("prompt", PROMPT));
    assertThat(answer.path("text").asText()).isEqualTo("amount 1248.50 EUR; date 2027-01-03");
    assertThat(runOfMany("generate", VALUES, "--input", lines(line, 1))).isEqualTo(answer);
    assertThat(runOfMany("generate", VALUES, "--input", lines(line, 5), "--batch", 3))
        .isEqualTo(answer);
    assertThat(post("v1/generate", line.deepCopy().put("model", "values"))).isEqualTo(answer);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(VALUES, 1)) {
      ObjectNode out = MAPPER.createObjectNode();
      GenerationJson.write(model.generate(Input.ofText(PROMPT)), false, out);
      assertThat(answer(out.toString())).isEqualTo(answer);
    }
  }

  @Test
  void tables() throws Exception {
    Path folder = TABLES.resolve("model");
    JsonNode answer = run("tables", folder, "--image", PAGE, "--json");
    assertThat(answer.path("otsl")).isNotEmpty();
    ObjectNode line = object(Map.of("image", PAGE.toAbsolutePath().toString()));
    assertThat(runOfMany("tables", folder, "--input", lines(line, 1))).isEqualTo(answer);
    assertThat(runOfMany("tables", folder, "--input", lines(line, 5), "--batch", 3))
        .isEqualTo(answer);
    assertThat(post("v1/tables", object(Map.of("image", url(PAGE), "model", "tables"))))
        .isEqualTo(answer);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(4))) {
      ObjectNode out = MAPPER.createObjectNode();
      TablesType.write(
          TableReader.of(engine).read(Page.of(PAGE), TableOptions.defaults()), false, out);
      assertThat(answer(out.toString())).isEqualTo(answer);
    }
  }

  @Test
  void read() throws Exception {
    Path page = LINES.resolve("samples/" + firstPicture(LINES.resolve("samples")));
    JsonNode answer = run("read", page, "--model", LINES, "--json");
    assertThat(answer.path("lines")).isNotEmpty();
    assertThat(runOfMany("read", page, page, page, "--model", LINES, "--json")).isEqualTo(answer);
    ObjectNode line = object(Map.of("image", page.toAbsolutePath().toString()));
    assertThat(runOfMany("read", "--input", lines(line, 5), "--model", LINES)).isEqualTo(answer);
    assertThat(post("v1/read", object(Map.of("image", url(page), "model", "lines"))))
        .isEqualTo(answer);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(LINES, 1);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(4))) {
      ObjectNode out = MAPPER.createObjectNode();
      ReadType.write(PageReader.of(engine).read(page, GenerationOptions.defaults()), out);
      assertThat(answer(out.toString())).isEqualTo(answer);
    }
  }

  private static String firstPicture(Path samples) throws IOException {
    return MAPPER
        .readTree(Files.readAllLines(samples.resolve("samples.jsonl")).getFirst())
        .path("image")
        .asText();
  }

  @Test
  void transcribe() throws Exception {
    String text = run("transcribe", speech, sound, "--json").path("text").asText();
    assertThat(text).isNotEmpty();
    assertThat(runOfMany("transcribe", speech, sound, sound, sound, "--json").path("text").asText())
        .isEqualTo(text);
    assertThat(
            post("v1/audio/transcriptions", "multipart/form-data; boundary=end", form())
                .path("text")
                .asText())
        .isEqualTo(text);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(speech, 1);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(4))) {
      assertThat(
              Transcriber.of(engine)
                  .transcribe(
                      Recording.of(sound), TranscriptionOptions.defaults().withTimestamps(true))
                  .text())
          .isEqualTo(text);
    }
  }

  private static byte[] form() throws IOException {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    for (Map.Entry<String, String> field :
        Map.of("model", "whisper", "response_format", "verbose_json").entrySet()) {
      String part = "--end\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n";
      form.writeBytes(part.formatted(field.getKey(), field.getValue()).getBytes("UTF-8"));
    }
    String head =
        "--end\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n";
    form.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    form.writeBytes(Files.readAllBytes(sound));
    form.writeBytes("\r\n--end--\r\n".getBytes(StandardCharsets.UTF_8));
    return form.toByteArray();
  }
}
