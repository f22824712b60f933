package dev.deed.lab.datasets;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.BadLine;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.ParsedLine;
import dev.deed.files.AtomicFolder;
import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A data set to one whose every line has the same prompt, so that a model of several tasks can tell
 * them apart, or to one whose prompts are the decoder's. All else stays as it is.
 *
 * @param prompt what every line gets; null: its own prompt, which each must have
 * @param forDecoder whether it becomes the line's {@code decoder_prompt}
 * @param replace whether it takes the place of a prompt that a line has
 * @param copy whether pictures are copied, in place of being referred to where they are
 */
public record PromptConverter(
    @Nullable String prompt, boolean forDecoder, boolean replace, boolean copy) {
  private static final String PROMPT = "prompt";
  private static final String DECODER_PROMPT = "decoder_prompt";

  /**
   * What was written.
   *
   * @param examples of each part that was there, in the order train, val, test
   * @param replaced lines that had another prompt
   */
  public record Summary(Map<String, Long> examples, int replaced) {}

  /**
   * @throws InputException when the prompt is empty, or there is none and it is not the decoder's
   */
  public PromptConverter {
    InputException.require(
        prompt == null || !prompt.isBlank(), "--prompt", "is empty", "give a text");
    InputException.require(
        prompt != null || forDecoder,
        "--prompt",
        "is missing",
        "give a text, or --decoder-prompt for the lines' own prompts");
  }

  /**
   * Converts a folder. The result appears whole or not at all. Interrupting the thread stops it.
   *
   * @param from folder with {@code train.jsonl}, {@code val.jsonl}, {@code test.jsonl} or some of
   *     them
   * @param to new or empty folder
   * @throws InputException when a line is malformed, has a prompt that is not to be replaced or
   *     something in a prompt's place, has none and gets none, a picture is missing, or {@code to}
   *     is not empty or cannot be written
   * @throws CancellationException when the thread was interrupted
   */
  public Summary convert(Path from, Path to, ConversionProgress progress) {
    DataParts parts = DataParts.of(from);
    long total = parts.lines();
    return AtomicFolder.write(
        to,
        folder -> {
          Map<String, Long> examples = new LinkedHashMap<>();
          Writer writer = new Writer(from, folder);
          long done = 0;
          for (String part : parts.names()) {
            Path file = parts.file(part);
            try (InputReader reader = InputReader.open(file);
                JsonLinesWriter lines = JsonLinesWriter.create(folder.resolve(part + ".jsonl"))) {
              for (ParsedLine next = reader.next(); next != null; next = reader.next()) {
                Interruption.check(Interruption.NOTHING_WRITTEN);
                switch (next) {
                  case BadLine bad -> throw bad.error();
                  case InputLine line ->
                      lines.write(
                          writer.line(file + ", line " + line.number(), line, reader.object()));
                }
                progress.at(++done, total);
              }
              examples.put(part, lines.written());
            }
          }
          return new Summary(examples, writer.replaced);
        });
  }

  private final class Writer {
    private final Path sourceFromTarget;
    private final PictureCopies copies;
    private int replaced;

    Writer(Path source, Path target) throws IOException {
      // Real paths: a step up from behind a symbolic link would lead elsewhere.
      this.sourceFromTarget = target.toRealPath().relativize(source.toRealPath());
      this.copies = new PictureCopies(target);
    }

    /** The object itself, changed. */
    ObjectNode line(String where, InputLine line, ObjectNode object) throws IOException {
      if (line.inputIds() != null || !line.tensors().isEmpty()) {
        throw new InputException(
            where, "has input_ids or tensors, which no prompt goes with", "leave the line out");
      }
      String text = text(where, line);
      String given = prompt == null ? null : line.prompt();
      String decoders = forDecoder ? line.decoderPrompt() : null;
      if (given != null || decoders != null) {
        InputException.require(
            replace, where, "has a prompt already", "give --replace to put this one in its place");
        replaced += isOther(given, text) || isOther(decoders, text) ? 1 : 0;
      }
      if (forDecoder) {
        object.remove(PROMPT);
      }
      object.put(forDecoder ? DECODER_PROMPT : PROMPT, text);
      if (line.image() != null) {
        InputException.require(
            Files.isRegularFile(line.image()),
            where,
            "there is no picture " + line.image(),
            "complete the data set");
        object.put(
            "image",
            copy
                ? copies.copy(line.image())
                : sourceFromTarget.resolve(object.path("image").asText()).toString());
      }
      return object;
    }

    private String text(String where, InputLine line) {
      String text = prompt == null ? line.prompt() : prompt;
      if (text == null) {
        throw new InputException(where, "has no prompt", "give --prompt, or leave the line out");
      }
      return text;
    }

    private static boolean isOther(@Nullable String before, String text) {
      return before != null && !before.equals(text);
    }
  }
}
