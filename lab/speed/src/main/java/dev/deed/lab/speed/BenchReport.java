package dev.deed.lab.speed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.deed.evaluation.Provenance;
import dev.deed.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;

/** What a bench found, for writing. */
public record BenchReport(BenchFindings findings, Provenance provenance) {
  /**
   * Writes {@code bench.json} and {@code bench.md}, each whole or not at all.
   *
   * @throws IOException when a file cannot be written
   */
  public void writeTo(Path folder) throws IOException {
    ObjectMapper pretty = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    AtomicFiles.writeText(
        folder.resolve("bench.json"), pretty.writeValueAsString(BenchJson.of(this)) + "\n");
    AtomicFiles.writeText(folder.resolve("bench.md"), BenchTable.markdown(this));
  }
}
