package dev.deed.cli;

import dev.deed.cli.output.AnswerOutput.Existing;
import dev.deed.cli.output.TranscriptFile;
import dev.deed.data.transcript.TranscriptFormat;
import dev.deed.files.NamedPath;
import dev.deed.files.OutputPlace;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the transcripts of recordings go: stdout, a file, or files in a folder that are named after
 * the recordings.
 *
 * @param targets a file for each recording; empty: stdout
 * @param toBeMade whether each is to be made; of some an earlier run may have made the whole
 * @param existing what becomes of files that are there
 */
record TranscriptFiles(List<Path> targets, List<Boolean> toBeMade, Existing existing) {
  private static final String OPTION = "--output";

  /**
   * @param output of one recording a file, of several a folder; null: stdout
   * @param existing what becomes of files that are there
   * @throws InputException when one is there and not to be replaced, or two would have one name
   */
  static TranscriptFiles of(
      @Nullable String output,
      List<String> recordings,
      TranscriptFormat format,
      boolean many,
      Existing existing) {
    if (output == null) {
      return new TranscriptFiles(List.of(), List.of(), existing);
    }
    Path place = NamedPath.of(OPTION, output);
    boolean isFolder = many || Files.isDirectory(place);
    InputException.require(
        !isFolder || !Files.exists(place) || Files.isDirectory(place),
        OPTION + " " + output,
        "is a file",
        "give a folder for the transcripts of several recordings");
    List<Path> targets =
        recordings.stream()
            .map(name -> isFolder ? place.resolve(baseName(name) + format.ending()) : place)
            .toList();
    Set<Path> seen = new HashSet<>();
    for (int i = 0; i < targets.size(); i++) {
      Path target = targets.get(i);
      InputException.require(
          seen.add(target),
          target.toString(),
          "would hold the transcripts of two recordings",
          "rename one, or transcribe them one by one");
      OutputPlace.requireOther(Path.of(recordings.get(i)), target, OPTION);
    }
    List<Boolean> toBeMade =
        targets.stream().map(target -> TranscriptFile.isToBeMade(target, existing)).toList();
    return new TranscriptFiles(targets, toBeMade, existing);
  }

  /** {@code talk} of {@code sounds/talk.wav}. */
  private static String baseName(String recording) {
    String file =
        recording.equals("-") ? "stdin" : String.valueOf(Path.of(recording).getFileName());
    int dot = file.lastIndexOf('.');
    return dot > 0 ? file.substring(0, dot) : file;
  }

  boolean areStdout() {
    return targets.isEmpty();
  }

  /** Whether an earlier run made the whole transcript of a recording. */
  boolean isWhole(int recording) {
    return !areStdout() && !toBeMade.get(recording);
  }

  /**
   * Begins the transcript of a recording, or goes on with it.
   *
   * @throws InputException when it cannot be written, or another run writes it
   */
  TranscriptFile open(int recording, TranscriptFormat format, boolean times) {
    return TranscriptFile.open(targets.get(recording), format, times, existing);
  }
}
