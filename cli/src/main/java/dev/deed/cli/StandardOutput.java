package dev.deed.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Standard output that throws {@link OutputFailure} when it cannot be written. A print stream keeps
 * its troubles to itself: commands would go on for nobody and claim to have done their work.
 */
public final class StandardOutput extends OutputStream {
  private static final Path PATH = Path.of("/dev/stdout");

  private final OutputStream out = new FileOutputStream(FileDescriptor.out);

  private StandardOutput() {}

  /** Has {@code System.out} write to it. */
  public static void install() {
    System.setOut(
        new PrintStream(
            new BufferedOutputStream(new StandardOutput()), true, System.out.charset()));
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw new OutputFailure("stdout", PATH, "make room or give another place", e);
    }
  }
}
