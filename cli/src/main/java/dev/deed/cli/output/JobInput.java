package dev.deed.cli.output;

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
import java.util.stream.IntStream;

/** The lines of a job. */
public sealed interface JobInput {
  /** What messages call it. */
  String name();

  /** What its lines are: lines, or pictures. */
  String noun();

  /** How many lines there are; below 0 when that is not known. */
  long count();

  /** What is read, as far as it may be a file. */
  List<Path> files();

  /** Whether {@link #open} gives the same lines a second time. */
  boolean isKept();

  /** The lines, from the first on. */
  LineReader open();

  /** JSON Lines in a file; - for stdin. */
  record JsonLines(String name) implements JobInput {
    private boolean isStdin() {
      return name.equals("-");
    }

    @Override
    public String noun() {
      return "lines";
    }

    @Override
    public long count() {
      return isStdin() ? -1 : InputReader.count(Path.of(name));
    }

    @Override
    public List<Path> files() {
      return List.of(NamedPath.of("--input", isStdin() ? "/dev/stdin" : name));
    }

    @Override
    public boolean isKept() {
      return !isStdin() && (!Files.exists(Path.of(name)) || Files.isRegularFile(Path.of(name)));
    }

    @Override
    public LineReader open() {
      // A channel, as reading from System.in cannot be interrupted.
      return isStdin()
          ? InputReader.of(
              "stdin",
              Path.of("").toAbsolutePath(),
              Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel()))
          : InputReader.open(Path.of(name));
    }
  }

  /** A line for each of some files, which has the file's name as its id. */
  record NamedFiles(String noun, List<String> names) implements JobInput {
    @Override
    public String name() {
      return noun;
    }

    @Override
    public long count() {
      return names.size();
    }

    @Override
    public List<Path> files() {
      return names.stream().map(name -> Path.of(name.equals("-") ? "/dev/stdin" : name)).toList();
    }

    @Override
    public boolean isKept() {
      return true;
    }

    @Override
    public LineReader open() {
      Iterator<InputLine> lines =
          IntStream.range(0, names.size())
              .mapToObj(i -> InputLine.named(i + 1, names.get(i)))
              .iterator();
      return () -> lines.hasNext() ? lines.next() : null;
    }
  }
}
