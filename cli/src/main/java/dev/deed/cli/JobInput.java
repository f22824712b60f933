package dev.deed.cli;

import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.LineReader;
import dev.deed.files.NamedPath;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The lines of a job.
 *
 * @param name what messages call it
 * @param noun what its lines are: lines, or pictures
 * @param files what is read
 * @param isKept whether {@code lines} gives the same a second time
 * @param count how many lines there are; below 0 when that is not known
 * @param lines reads them, from the first on
 */
public record JobInput(
    String name,
    String noun,
    List<Path> files,
    boolean isKept,
    LongSupplier count,
    Supplier<LineReader> lines) {
  private static final String STDIN = "/dev/stdin";

  /** JSON Lines in a file; - for stdin. */
  public static JobInput ofLines(String file) {
    if (file.equals("-")) {
      // A channel, as reading from System.in cannot be interrupted.
      Supplier<LineReader> lines =
          () ->
              InputReader.of(
                  "stdin",
                  Path.of("").toAbsolutePath(),
                  Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel()));
      return new JobInput(file, "lines", List.of(Path.of(STDIN)), false, () -> -1, lines);
    }
    Path path = NamedPath.of("--input", file);
    return new JobInput(
        file,
        "lines",
        List.of(path),
        !Files.exists(path) || Files.isRegularFile(path),
        () -> InputReader.count(path),
        () -> InputReader.open(path));
  }

  /** A line for each of some files, which has the file's name as its id; - for stdin. */
  public static JobInput ofFiles(String noun, List<String> names) {
    List<Path> files =
        names.stream().map(name -> Path.of(name.equals("-") ? STDIN : name)).toList();
    return new JobInput(noun, noun, files, true, names::size, () -> linesOf(names));
  }

  private static LineReader linesOf(List<String> names) {
    Iterator<InputLine> lines =
        IntStream.range(0, names.size())
            .mapToObj(i -> InputLine.named(i + 1, names.get(i)))
            .iterator();
    return () -> lines.hasNext() ? lines.next() : null;
  }
}
