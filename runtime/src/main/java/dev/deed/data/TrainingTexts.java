package dev.deed.data;

import dev.deed.files.Interruption;
import dev.deed.files.IoReason;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * The texts from which a vocabulary is learnt: the lines of text files, and fields of data sets.
 *
 * @param fields what to take from data sets
 */
public record TrainingTexts(Set<Field> fields) {
  /** A field of the data format that holds text. */
  public enum Field {
    PROMPT,
    DECODER_PROMPT,
    /** The words or lines of a page. */
    OCR,
    /** All accepted targets. */
    TARGET
  }

  public TrainingTexts {
    fields = Set.copyOf(fields);
  }

  /**
   * Reads files one after the other, never a whole one. Interrupting the thread stops it.
   *
   * @param files data sets where the name ends in {@code .jsonl}, else UTF-8 text
   * @param sink takes every text, empty ones too
   * @return number of texts
   * @throws InputException when a file cannot be read or is malformed, or there is no text at all
   * @throws CancellationException when the thread was interrupted
   */
  public long read(List<Path> files, Consumer<String> sink) {
    long count = 0;
    for (Path file : files) {
      count += file.toString().endsWith(".jsonl") ? readDataSet(file, sink) : readText(file, sink);
    }
    InputException.require(
        count > 0,
        files.toString(),
        "hold no text",
        "give text, or data sets with the fields asked for");
    return count;
  }

  private long readDataSet(Path file, Consumer<String> sink) {
    long count = 0;
    try (InputReader reader = InputReader.open(file)) {
      for (ParsedLine line = reader.next(); line != null; line = reader.next()) {
        Interruption.check(Interruption.NOTHING_WRITTEN);
        List<String> texts = texts(line.orThrow());
        texts.forEach(sink);
        count += texts.size();
      }
    }
    return count;
  }

  private List<String> texts(InputLine line) {
    List<String> texts = new ArrayList<>();
    if (fields.contains(Field.PROMPT) && line.prompt() != null) {
      texts.add(line.prompt());
    }
    if (fields.contains(Field.DECODER_PROMPT) && line.decoderPrompt() != null) {
      texts.add(line.decoderPrompt());
    }
    if (fields.contains(Field.OCR)) {
      line.ocr().forEach(entry -> texts.add(entry.text()));
    }
    if (fields.contains(Field.TARGET)) {
      texts.addAll(line.targets());
    }
    return texts;
  }

  private static long readText(Path file, Consumer<String> sink) {
    try (LineSource lines = new LineSource(Files.newInputStream(file), InputReader.MOST_BYTES)) {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        Interruption.check(Interruption.NOTHING_WRITTEN);
        if (lines.tooLong()) {
          throw new InputException(
              file + ", line " + lines.number(),
              "is longer than " + InputReader.MOST_BYTES + " bytes",
              "split it");
        }
        String text = InputReader.decode(line);
        if (text == null) {
          throw new InputException(
              file + ", line " + lines.number(), "is not UTF-8", "save the file as UTF-8");
        }
        sink.accept(text);
      }
      return lines.number();
    } catch (IOException e) {
      throw IoReason.unreadable(file, e);
    }
  }
}
