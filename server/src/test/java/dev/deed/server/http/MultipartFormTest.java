package dev.deed.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Forms as clients send them, and what nobody should send. */
final class MultipartFormTest {
  private static final String FORM =
      """
      preamble
      --b1
      Content-Disposition: form-data; name="file"; filename="x; name=y.wav"
      Content-Type: audio/wav

      a--b1
      --b
      --b1 \t
      content-disposition: form-data; name=language

      de
      --b1
      Content-Disposition: form-data; name="empty"


      --b1
      Content-Disposition: form-data; name="prompt"

      ü
      --b1--
      epilogue
      """
          .replace("\n", "\r\n");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void fieldsAndFiles() {
    MultipartForm form = MultipartForm.parse(bytes(FORM), "b1");
    assertThat(form.file("file")).isEqualTo(bytes("a--b1\r\n--b"));
    assertThat(form.text("language")).isEqualTo("de");
    assertThat(form.texts("empty")).containsExactly("");
    assertThat(form.text("prompt")).isEqualTo("ü");
    assertThat(form.text("model")).isNull();
    assertThat(form.file("sound")).isNull();
    assertThat(MultipartForm.parse(bytes("--b1--"), "b1").parts()).isEmpty();
    assertThatThrownBy(() -> form.text("file")).hasMessage("file: is a file; send a text");
    assertThatThrownBy(() -> form.file("prompt")).hasMessageContaining("is a text");
  }

  /** Names as long as headers may be, each character of them escaped. */
  @Test
  void longNames() {
    String name = "\\a".repeat(3900);
    String form =
        "--b1\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\nx\r\n--b1--";
    assertThat(MultipartForm.parse(bytes(form), "b1").parts().getFirst().name()).isEqualTo(name);
    String open = form.replace("a\"", "a");
    assertThatThrownBy(() -> MultipartForm.parse(bytes(open), "b1"))
        .hasMessageContaining("a part has no name");
  }

  @Test
  void whateverComesIsReadOrRefused() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      byte[] body = bytes(FORM);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int from = random.nextInt(body.length);
        body[from] = body[random.nextInt(body.length)];
        if (random.nextInt(8) == 0) {
          body = Arrays.copyOf(body, 1 + random.nextInt(body.length));
        }
      }
      try {
        MultipartForm form = MultipartForm.parse(body, "b1");
        assertThat(form.parts()).hasSizeLessThan(8);
        String language = form.text("language");
        assertThat(language).isNotEqualTo("");
      } catch (ApiException e) {
        assertThat(e.status()).isIn(400, 413);
        assertThat(e.getMessage()).doesNotContain("\n");
      }
    }
  }
}
