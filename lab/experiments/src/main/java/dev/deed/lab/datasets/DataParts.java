package dev.deed.lab.datasets;

import dev.deed.data.InputReader;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The parts that a data set's folder has.
 *
 * @param folder of the data set
 * @param names of {@code train}, {@code val} and {@code test} those that are there, at least one
 */
record DataParts(Path folder, List<String> names) {
  private static final List<String> ALL = List.of("train", "val", "test");

  /**
   * Looks into a folder.
   *
   * @throws InputException when it has none
   */
  static DataParts of(Path folder) {
    DataParts parts =
        new DataParts(
            folder, ALL.stream().filter(name -> Files.isRegularFile(file(folder, name))).toList());
    InputException.require(
        !parts.names.isEmpty(),
        folder.toString(),
        "holds no train.jsonl, val.jsonl or test.jsonl",
        "give the folder of the data set");
    return parts;
  }

  /** The file of a part. */
  Path file(String name) {
    return file(folder, name);
  }

  /** Lines of all parts. */
  long lines() {
    return names.stream().mapToLong(name -> InputReader.count(file(name))).sum();
  }

  private static Path file(Path folder, String name) {
    return folder.resolve(name + ".jsonl");
  }
}
