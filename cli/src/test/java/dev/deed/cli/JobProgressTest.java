package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.cli.LineJob.JobProgress;
import dev.deed.cli.LineJob.JobTotals;
import dev.deed.data.BadLine;
import dev.deed.data.LineResult;
import dev.deed.value.InputException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a log says of a job. */
final class JobProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream log = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String log() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aLineEverySoOften() throws InterruptedException {
    JobTotals totals = new JobTotals(3, 1);
    JobProgress job = new JobProgress(totals, 10, "pictures", () -> "");
    try (ProgressLine progress = ProgressLine.logging(job::line, Duration.ofMillis(5), log)) {
      DeedProcess.waitFor(() -> log().contains("deed: 3 of 10 pictures, 1 failed, 0 tokens/s\n"));
      InputException error = new InputException("line", "is bad", "mend it");
      totals.add(new LineResult.Refused(new BadLine(4, null, error), error));
      progress.step();
      DeedProcess.waitFor(() -> log().contains("deed: 4 of 10 pictures, 2 failed, 0 tokens/s, "));
    }
    assertThat(log()).contains(" s left\n");
    int length = log().length();
    Thread.sleep(30);
    assertThat(log()).hasSize(length);
  }

  @Test
  void withoutATotalNothingIsSaidOfTheTimeLeft() throws InterruptedException {
    JobProgress job = new JobProgress(new JobTotals(0, 0), -1, "lines", () -> "5 of 9 s");
    try (ProgressLine progress = ProgressLine.logging(job::line, Duration.ofMillis(5), log)) {
      DeedProcess.waitFor(() -> log().contains("deed: 0 lines, 0 failed, 0 tokens/s, 5 of 9 s\n"));
      progress.step();
    }
  }
}
