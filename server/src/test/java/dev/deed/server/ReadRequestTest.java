package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.page.PageReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code /v1/read}. */
final class ReadRequestTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path LINES =
      Path.of(System.getProperty("deed.root", "..")).resolve("models/text-lines");
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.of(RunningServer.options(null, null), LINES, "lines");
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  private static byte[] blank(int side) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(side, side, BufferedImage.TYPE_BYTE_BINARY), "png", out);
    return out.toByteArray();
  }

  private static ObjectNode body() throws IOException {
    String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(blank(60));
    return MAPPER.createObjectNode().put("id", 7).put("image", url);
  }

  @Test
  void anEmptyPageHasNoLines() throws Exception {
    RunningServer.Reply reply = server.post("/v1/read", body().toString());
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.json())
        .isEqualTo(
            MAPPER.readTree("{\"id\":7,\"width\":60,\"height\":60,\"text\":\"\",\"lines\":[]}"));
  }

  @Test
  void whatCannotBeUsedIsRefusedByItsField() throws Exception {
    for (List<String> bad :
        List.of(
            List.of("image", "null", "image"),
            List.of("image", "\"page.png\"", "image"),
            List.of("table_grammar", "true", "table_grammar"),
            List.of("exits", "{\"threshold\": \"x\"}", "exits.threshold"))) {
      ObjectNode body = body();
      body.set(bad.get(0), MAPPER.readTree(bad.get(1)));
      RunningServer.Reply reply = server.post("/v1/read", body.toString());
      assertThat(reply.status()).as(bad + reply.text()).isEqualTo(400);
      assertThat(reply.json().get("error").path("param").asText())
          .as(reply.text())
          .isEqualTo(bad.get(2));
    }
  }

  /** A page of few bytes may have many pixels. */
  @Test
  void whoeverServesBoundsThePixelsThatAreHeld() throws Exception {
    Asker poor =
        new Asker() {
          @Override
          public Ticket ask(Request request) {
            throw new AssertionError("nothing is asked");
          }

          @Override
          public void holds(long bytes) {
            throw new IllegalStateException(bytes + " bytes");
          }
        };
    byte[] page = blank(500);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(LINES, 1)) {
      PageReader reader = PageReader.of(model, poor);
      assertThatThrownBy(() -> reader.read(page, GenerationOptions.defaults()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("1000000 bytes");
    }
  }
}
