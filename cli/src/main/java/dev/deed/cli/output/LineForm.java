package dev.deed.cli.output;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.GenerationJson;
import dev.deed.data.LineResult;
import dev.deed.files.ErrorLine;
import dev.deed.value.InputException;

/**
 * How a result of a job becomes a line.
 *
 * @param isJson JSON, which says why there is no answer; else the answer's text, with \n for a line
 *     break in it, and a note where there is none
 * @param trace whether JSON tells what exits below the last layer said
 */
public record LineForm(boolean isJson, boolean trace) {
  /** Says what the text leaves out. */
  public static void note(OutputOptions options, LineResult result) {
    if (result.leftOut() != null) {
      options.note("deed: " + result.line().orThrow().name() + ": " + result.leftOut());
    }
  }

  /** The line, without its end. */
  String line(LineResult result) {
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
    return result.text().replaceAll("\\R", "\\\\n");
  }
}
