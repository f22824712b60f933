package dev.deed.train;

import dev.deed.data.BadLine;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.ParsedLine;
import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;

/**
 * The examples of one file, encoded and held in memory (pictures as 8-bit samples). Lines that
 * follow each other with the same input, such as several questions about one page, share what the
 * encoder reads.
 *
 * @param examples at least one
 * @param blank blank pictures that were left out: there is nothing in them to learn
 */
record TrainingData(List<EncodedExample> examples, int blank) {
  TrainingData {
    examples = List.copyOf(examples);
  }

  /**
   * @param labels token ids to learn from a line, the end token last; given the file and line for
   *     errors
   * @param limit most examples to read, at least 1
   * @throws CancellationException when the thread is interrupted
   * @throws InputException when a line is malformed or unsuited to the model, or there is none
   */
  static TrainingData read(
      Path file,
      ExampleEncoder encoder,
      BiFunction<InputLine, String, int[]> labels,
      int limit,
      TrainingListener listener) {
    List<EncodedExample> examples = new ArrayList<>();
    int blank = 0;
    InputLine before = null;
    EncodedExample last = null;
    try (InputReader reader = InputReader.open(file)) {
      while (examples.size() < limit && reader.next() instanceof ParsedLine parsed) {
        Interruption.check("nothing was learnt yet");
        switch (parsed) {
          case BadLine bad -> throw bad.error();
          case InputLine line -> {
            String where = file + ", line " + line.number();
            EncodedExample.Source known =
                last != null && before != null && line.hasInputOf(before) ? last.source() : null;
            EncodedExample example = encoder.encode(where, line, labels.apply(line, where), known);
            before = line;
            last = example;
            if (example == null) {
              blank++;
            } else {
              examples.add(example);
            }
          }
        }
        listener.reading(file.toString(), examples.size());
      }
    }
    InputException.require(
        !examples.isEmpty(), file.toString(), "holds no example", "give at least one line");
    return new TrainingData(examples, blank);
  }

  String summary(Path file) {
    long tokens = examples.stream().mapToLong(e -> e.labels().length).sum();
    return String.format(
        Locale.ROOT,
        "%s: %,d examples, %,d target tokens%s",
        file,
        examples.size(),
        tokens,
        blank == 0 ? "" : "; blank pictures left out: %d".formatted(blank));
  }
}
