package dev.deed.lab.commands;

import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** What a data set is made of, and where to. */
final class DataSetFolders {
  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = "Folder with train.jsonl, val.jsonl, test.jsonl, or some of them.")
  Path source = Path.of("");

  @Parameters(index = "1", paramLabel = "TARGET", description = "New or empty folder.")
  Path target = Path.of("");
}
