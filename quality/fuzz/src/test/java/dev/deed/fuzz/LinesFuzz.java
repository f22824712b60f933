package dev.deed.fuzz;

import dev.deed.data.BadLine;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.LineInputs;
import dev.deed.data.ParsedLine;
import dev.deed.value.InputException;
import java.io.ByteArrayInputStream;

/** Inputs in JSON Lines, to the tensors that they name. */
final class LinesFuzz {
  private static final Scratch SCRATCH = new Scratch();

  private LinesFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    try (InputReader reader =
        InputReader.of("lines", SCRATCH.folder(), new ByteArrayInputStream(bytes))) {
      for (ParsedLine line = reader.next(); line != null; line = reader.next()) {
        switch (line) {
          case BadLine bad -> {
            String message = String.valueOf(bad.error().getMessage());
            if (message.lines().count() != 1) {
              throw new AssertionError("an error in lines: " + message);
            }
          }
          case InputLine good -> read(good);
        }
      }
    } catch (InputException e) {
      return;
    }
  }

  private static void read(InputLine line) {
    try {
      LineInputs.input(line);
    } catch (InputException e) {
      return;
    }
  }
}
