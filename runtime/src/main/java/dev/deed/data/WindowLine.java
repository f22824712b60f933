package dev.deed.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.deed.files.IoReason;
import dev.deed.speech.PartialTranscript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptionListener.Progress;
import dev.deed.speech.WindowEnd;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a transcription, from which a stopped one goes on: for each a line of JSON with
 * the components of its {@link PartialTranscript}.
 */
public final class WindowLine {
  private static final int MOST_BYTES = 1 << 24;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private WindowLine() {}

  /** A window and what it gave. */
  public static String of(Progress progress) {
    try {
      return JSON.writeValueAsString(new PartialTranscript(progress.segments(), progress.end()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and texts", e);
    }
  }

  /**
   * What was read of a file.
   *
   * @param bytes of the whole lines
   * @param transcript null where there is no whole line
   */
  public record Read(long bytes, @Nullable PartialTranscript transcript) {}

  /**
   * Reads a file of windows. A last line without its end is torn and does not count.
   *
   * @throws InputException when it cannot be read, or holds something else
   */
  public static Read read(Path file) {
    List<TranscriptSegment> segments = new ArrayList<>();
    WindowEnd end = null;
    long bytes = 0;
    try (LineSource lines = new LineSource(Files.newInputStream(file), MOST_BYTES)) {
      for (byte[] line = lines.next(); line != null && lines.ended(); line = lines.next()) {
        PartialTranscript window = window(line);
        if (window == null) {
          throw new InputException(
              file.toString(),
              "line " + lines.number() + " is no window of a transcript",
              "remove the file and begin anew");
        }
        end = window.end();
        segments.addAll(window.segments());
        bytes = lines.position();
      }
    } catch (IOException e) {
      throw IoReason.unreadable(file, e);
    }
    return new Read(bytes, end == null ? null : new PartialTranscript(segments, end));
  }

  /** Null for what is none: JSON may also hold null in the place of a text. */
  private static @Nullable PartialTranscript window(byte[] line) throws IOException {
    try {
      PartialTranscript window = JSON.readValue(line, PartialTranscript.class);
      WindowEnd end = window == null ? null : window.end();
      return end == null
              || end.language() == null
              || end.effort() == null
              || window.segments().stream().anyMatch(segment -> segment.text() == null)
          ? null
          : window;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
