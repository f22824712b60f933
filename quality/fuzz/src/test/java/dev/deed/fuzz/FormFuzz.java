package dev.deed.fuzz;

import dev.deed.server.http.ApiException;
import dev.deed.server.http.MultipartForm;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Forms with recordings: bodies put together from what forms consist of, in any order. */
final class FormFuzz {
  private static final String[] PIECES = {
    "--b",
    "\r\n--b\r\n",
    "--b\r\n",
    "\r\n--b--",
    "\r\n--b \t\r\n",
    "\r\n",
    "\r\n\r\n",
    "--",
    "Content-Disposition: form-data; name=\"model\"\r\n\r\n",
    "Content-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n",
    "content-disposition:form-data;name=file;filename*=utf-8''a\r\n\r\n",
    "Content-Disposition: form-data; filename=\"name=\\\"x\\\"\"\r\n\r\n",
    "Content-Disposition: attachment\r\n",
    "Content-Type: text/plain; charset=utf-16\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "name=\"",
    "\\a".repeat(3000),
    "\"",
    ": ",
    "\0",
  };

  private FormFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    Choices choices = new Choices(bytes);
    boolean whole = choices.yes();
    byte[] body = whole ? body(choices) : choices.rest();
    try {
      int taken = 0;
      for (MultipartForm.Part part : MultipartForm.parse(body, "b").parts()) {
        taken += part.content().length;
      }
      if (taken > body.length) {
        throw new AssertionError("more content than body: " + taken);
      }
    } catch (ApiException e) {
      String message = String.valueOf(e.getMessage());
      if (message.lines().count() != 1) {
        throw new AssertionError("an error in lines: " + message + " of " + Arrays.toString(body));
      }
    }
  }

  private static byte[] body(Choices choices) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (choices.areLeft()) {
      if (choices.rarely()) {
        body.writeBytes(choices.octets(choices.below(9)));
      } else {
        body.writeBytes(choices.of(PIECES).getBytes(StandardCharsets.UTF_8));
      }
    }
    return body.toByteArray();
  }
}
