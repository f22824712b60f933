package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of a model folder as the server shows them. */
final class ExamplesTest {
  private static final String GIF = "GIF89a and so on";

  @TempDir Path home = Path.of("");

  private Path model() throws IOException {
    Path folder = TinyModel.in(Files.createDirectory(home.resolve("model")));
    Path samples = Files.createDirectory(folder.resolve("samples"));
    Files.writeString(samples.resolve("own.gif"), GIF);
    Files.writeString(samples.resolve("$(harm) END.gif"), GIF);
    Files.writeString(home.resolve("secret.gif"), GIF);
    Files.writeString(
        samples.resolve("samples.jsonl"),
        """
        {"id": "own", "image": "own.gif", "prompt": "w3"}
        {"id": "odd", "image": "$(harm) END.gif"}
        {"id": "up", "image": "../../secret.gif"}
        {"id": "environment", "image": "/proc/self/environ"}
        {"id": "text", "prompt": "w4"}
        """);
    return folder;
  }

  @Test
  void picturesOfTheFolderAloneAreShown() throws Exception {
    Path folder = model();
    try (RunningServer server =
        RunningServer.of(RunningServer.options(null, null), folder, "tiny")) {
      JsonNode examples = server.get("/page/examples.json").json();
      assertThat(examples.findValuesAsText("id")).containsExactly("own", "odd", "text");
      assertThat(examples.findValuesAsText("image"))
          .containsExactly("/page/examples/tiny/1/own.gif", "/page/examples/tiny/2/picture");
      RunningServer.Reply picture = server.get("/page/examples/tiny/1/own.gif");
      assertThat(picture.text()).isEqualTo(GIF);
      assertThat(picture.header("Content-Type")).isEqualTo("image/gif");
      assertThat(server.get("/page/examples/tiny/2/picture").status()).isEqualTo(200);
      for (String other : new String[] {"secret.gif", "3/secret.gif", "3/environ", "own.gif"}) {
        assertThat(server.get("/page/examples/tiny/" + other).status()).isEqualTo(404);
      }
      assertThat(server.errors).hasSize(1);
      assertThat(server.errors.getFirst())
          .startsWith("model tiny: left out of its samples: picture ")
          .contains("leads out of the model's folder; copy")
          .endsWith(" (and 1 more)");
      // What happens to the folder afterwards changes nothing, until it is opened again.
      Files.delete(folder.resolve("samples/samples.jsonl"));
      assertThat(server.get("/page/examples.json").json()).hasSize(3);
      server.server.open();
      assertThat(server.get("/page/examples.json").json()).isEmpty();
    }
  }

  @Test
  void aModelMayHaveAnyName() throws Exception {
    try (RunningServer server =
        RunningServer.of(RunningServer.options(null, null), model(), "mein Modell für Übung")) {
      String image = server.get("/page/examples.json").json().findValuesAsText("image").getFirst();
      assertThat(image).isEqualTo("/page/examples/mein%20Modell%20f%C3%BCr%20%C3%9Cbung/1/own.gif");
      assertThat(server.get(image).text()).isEqualTo(GIF);
      assertThat(server.get("/v1/models/mein%20Modell%20f%C3%BCr%20%C3%9Cbung").status())
          .isEqualTo(200);
      assertThat(server.get("/v1/models/mein%20Modell").status()).isEqualTo(404);
    }
  }
}
