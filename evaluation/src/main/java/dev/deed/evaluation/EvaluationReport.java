package dev.deed.evaluation;

import dev.deed.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What an evaluation found, for writing.
 *
 * @param data file of the examples
 * @param examples number of them
 * @param metrics in the order of the columns, at least one; the first is the one that counts
 * @param rows at least one
 * @param spread see {@link Evaluation}
 * @param provenance where the figures come from
 */
public record EvaluationReport(
    Path data,
    int examples,
    List<Metric> metrics,
    List<EvaluationRow> rows,
    double spread,
    Provenance provenance) {
  /** Whether a column must tell models apart. */
  boolean comparesModels() {
    return rows.stream().map(EvaluationRow::model).distinct().count() > 1;
  }

  /** Whether drafts were verified in some row, whose figures then have columns. */
  boolean verifies() {
    return rows.stream().anyMatch(row -> row.drafts() != null);
  }

  /**
   * Answers of lossless policies that are not those of full depth: one line for each row that has
   * any. There are none unless DEED is wrong.
   */
  public List<String> violations() {
    return rows.stream().flatMap(row -> row.violation(examples)).toList();
  }

  /**
   * Writes {@code evaluation.json} and {@code evaluation.md}, each whole or not at all.
   *
   * @throws IOException when a file cannot be written
   */
  public void writeTo(Path folder) throws IOException {
    AtomicFiles.writeText(
        folder.resolve("evaluation.json"), EvaluationJson.of(this).toPrettyString() + "\n");
    AtomicFiles.writeText(folder.resolve("evaluation.md"), EvaluationTable.markdown(this));
  }
}
