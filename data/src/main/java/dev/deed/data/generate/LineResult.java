package dev.deed.data.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Generation;
import dev.deed.Receipt;
import dev.deed.data.ParsedLine;
import dev.deed.page.PageText;
import dev.deed.speech.Transcript;
import dev.deed.table.PageTable;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What became of a line. */
public sealed interface LineResult {
  ParsedLine line();

  /** Fields of the line that it does not carry. */
  default Set<String> taken() {
    return Set.of();
  }

  /** The text of the answer; empty where there is none. */
  default String text() {
    return switch (this) {
      case Decoded decoded -> Objects.requireNonNullElse(decoded.generation.text(), "");
      case Read read -> read.page.text();
      case Tabled tabled ->
          tabled.tables.stream().map(PageTable::html).collect(Collectors.joining("\n"));
      case Transcribed transcribed -> transcribed.transcript.text();
      case Refused _ -> "";
    };
  }

  /**
   * It was answered.
   *
   * @param receipt null where none was wanted
   */
  record Decoded(ParsedLine line, Generation generation, @Nullable Receipt receipt)
      implements LineResult {}

  /** It named a page, which was read. */
  record Read(ParsedLine line, PageText page) implements LineResult {}

  /**
   * It named a page, whose tables were read.
   *
   * @param isList whether the answer is a list, though there be one table
   */
  record Tabled(ParsedLine line, List<PageTable> tables, boolean isList) implements LineResult {
    @Override
    public Set<String> taken() {
      return TableLine.FIELDS;
    }
  }

  /**
   * It named a recording, which was transcribed.
   *
   * @param json the transcript in the format that was asked for
   */
  record Transcribed(ParsedLine line, Transcript transcript, ObjectNode json)
      implements LineResult {}

  /**
   * It could not be: the line is malformed, does not suit the model, takes more memory than there
   * is, or met an error of ours.
   */
  record Refused(ParsedLine line, Throwable error, Set<String> taken) implements LineResult {
    public Refused(ParsedLine line, Throwable error) {
      this(line, error, Set.of());
    }
  }
}
