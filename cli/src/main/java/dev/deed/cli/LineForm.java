package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.GenerationJson;
import dev.deed.data.LineResult;
import dev.deed.files.ErrorLine;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a result of a job becomes a line.
 *
 * @param isJson JSON, which says why there is no answer; else the answer's text, with \n for a line
 *     break in it, and a note where there is none
 * @param csv rows of a table, each behind the line's name, in place of a text
 * @param trace whether JSON tells what exits below the last layer said
 */
public record LineForm(boolean isJson, boolean trace, boolean csv) {
  /** A form without tables. */
  public LineForm(boolean isJson, boolean trace) {
    this(isJson, trace, false);
  }

  /** Says what the text leaves out. */
  public static void note(OutputOptions options, LineResult result) {
    if (result.leftOut() != null) {
      options.note("deed: " + result.line().orThrow().name() + ": " + result.leftOut());
    }
  }

  /** The line, without its end. */
  public String line(LineResult result) {
    if (isJson) {
      ObjectNode json = GenerationJson.object();
      GenerationJson.write(result, trace, json);
      return json.toString();
    }
    if (result instanceof LineResult.Refused refused) {
      String name = refused.line().orThrow().name();
      boolean named =
          refused.error() instanceof InputException error && error.what().endsWith(name);
      Notes.print("deed: " + (named ? "" : name + ": ") + ErrorLine.of(refused.error()));
    }
    return csv ? rows(result) : result.text().replaceAll("\\R", "\\\\n");
  }

  /** Rows as RFC 4180 has them, the name of the file or the line first in each. */
  private static String rows(LineResult result) {
    List<List<String>> rows = new ArrayList<>(result.table());
    if (rows.isEmpty()) {
      rows.add(result.text().lines().toList());
    }
    return rows.stream()
        .map(
            row ->
                Stream.concat(Stream.of(result.line().orThrow().name()), row.stream())
                    .map(LineForm::cell)
                    .collect(Collectors.joining(",")))
        .collect(Collectors.joining("\r\n"));
  }

  /**
   * In quotes where it has to be. What a spreadsheet would take for a formula gets an apostrophe in
   * front: texts of pages are strangers'.
   */
  private static String cell(String text) {
    boolean formula = text.matches("(?s)[=+@\\t\\r].*|-(?!\\s?[\\d.,]+$).*");
    String safe = formula ? "'" + text : text;
    return safe.matches("(?s).*[\",\r\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }
}
