package dev.deed.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to copy: they run, and run nothing else. */
@ExtendWith(Chromium.class)
class PageSnippetsTest {
  private static final Path SAMPLES = PageServer.MODELS.resolve("screenshot-markup/samples");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Page page;

  PageSnippetsTest(Page page) {
    this.page = page;
  }

  @Test
  void theRequestsToCopyRun() throws Exception {
    page.open("#model=screenshot-markup&example=two-rows&compare=no");
    String text = page.answerTo(0).get("text").asText();
    Assumptions.assumeTrue(
        runs("curl", "--version") && runs("python3", "--version"), "no curl or python3");
    String curl = page.text("[data-snippet=curl] pre");
    String python = page.text("[data-snippet=Python] pre");
    assertThat(output(SAMPLES, Map.of(), "sh", curl)).contains(text);
    assertThat(output(SAMPLES, Map.of(), "python3", python).strip()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.png?\nEND\ntouch harm\n.png",
        "$(touch harm).png",
        "`touch harm`.png",
        "'; touch harm; '.png",
        "\"); import os; os.system(\"touch harm\") #.png",
        "| touch harm",
        "-rf",
        "../../a b.png",
        "\u2028touch harm\r\n\u0085.png",
        "!! %s \\\\' \ud83d\ude00 Ünïcode"
      })
  void namesAndPromptsAreDataAndNeverCode(String hostile, @TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(runs("python3", "--version"), "no python3");
    page.open("#model=screenshot-markup&example=one-row&compare=no");
    ObjectNode request = JSON.createObjectNode().put("model", hostile).put("prompt", hostile);
    request.putObject("generation").put(hostile, hostile);
    String file =
        String.valueOf(
            page.run(
                "const [name] = arguments; return import('/page/snippets.js').then(s => s.harmless(name))",
                hostile));
    assertThat(file).matches("[A-Za-z0-9_][A-Za-z0-9._-]*");
    Files.writeString(folder.resolve(file), "picture");
    Path curl = folder.resolve("curl");
    Files.writeString(
        curl,
        """
        #!/bin/sh
        while [ $# -gt 1 ]; do shift; done
        case $1 in @-) cat ;; *) printf '%s' "$1" ;; esac > body.json
        """);
    assertThat(curl.toFile().setExecutable(true)).isTrue();
    Files.writeString(
        folder.resolve("sitecustomize.py"),
        """
        import io, urllib.request
        def urlopen(call):
            with open("body.json", "wb") as file: file.write(call.data)
            return io.BytesIO(b'{"text": "answer"}')
        urllib.request.urlopen = urlopen
        """);
    for (boolean picture : new boolean[] {true, false}) {
      ObjectNode expected = request.deepCopy();
      if (picture) expected.put("image", "data:application/octet-stream;base64,cGljdHVyZQ==");
      for (String language : new String[] {"curl", "python"}) {
        String code = snippet(language, request, picture ? hostile : "");
        Map<String, String> environment =
            Map.of(
                "PATH",
                folder + ":" + System.getenv("PATH"),
                "PYTHONPATH",
                folder.toString(),
                "PYTHONDONTWRITEBYTECODE",
                "1",
                "DEED_API_KEY",
                "k");
        String said = output(folder, environment, language.equals("curl") ? "sh" : "python3", code);
        assertThat(said).isEqualTo(language.equals("curl") ? "" : "answer\n");
        assertThat(JSON.readTree(Files.readString(folder.resolve("body.json"))))
            .as(code)
            .isEqualTo(expected);
        assertThat(folder.toFile().list())
            .containsExactlyInAnyOrder("curl", "sitecustomize.py", "body.json", file);
      }
    }
  }

  /** A snippet; without a picture where {@code file} is empty. */
  private String snippet(String language, JsonNode request, String file) {
    return String.valueOf(
        page.run(
            """
            const [language, request, file] = arguments;
            return import('/page/snippets.js').then(snippets =>
              snippets[language](JSON.parse(request), file, file, true));
            """,
            language,
            request.toString(),
            file));
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (java.io.IOException e) {
      return false;
    }
  }

  /** What a program prints that reads its script from standard input. */
  private static String output(
      Path folder, Map<String, String> environment, String program, String script)
      throws IOException {
    ProcessBuilder builder =
        program.equals("sh") ? new ProcessBuilder("sh") : new ProcessBuilder(program, "-");
    builder.environment().putAll(environment);
    Process process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    try (var input = process.getOutputStream()) {
      input.write(script.getBytes(StandardCharsets.UTF_8));
    }
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
