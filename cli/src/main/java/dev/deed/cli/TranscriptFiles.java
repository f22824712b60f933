package dev.deed.cli;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.deed.data.CueLayout;
import dev.deed.data.TranscriptFormat;
import dev.deed.files.NamedPath;
import dev.deed.files.OutputPlace;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Transcripts in files: of one recording a file, of several those in a folder that are named after
 * the recordings: {@code talk.srt}, or {@code talk.m4a.srt} where there is a {@code talk.mp3} too.
 *
 * @param targets the file for each recording
 * @param existing what becomes of files that are there
 */
record TranscriptFiles(Map<String, Path> targets, Existing existing) implements AnswerOutput {
  private static final String OPTION = "--output";

  /**
   * @param output of one recording a file, of several a folder
   * @throws InputException when one is there and not to be replaced, or two would have one name
   */
  static TranscriptFiles of(
      String output,
      List<String> recordings,
      TranscriptFormat format,
      boolean many,
      Existing existing) {
    Path place = NamedPath.of(OPTION, output);
    boolean isFolder = many || Files.isDirectory(place);
    InputException.require(
        !isFolder || !Files.exists(place) || Files.isDirectory(place),
        OPTION + " " + output,
        "is a file",
        "give a folder for the transcripts of several recordings");
    Map<String, Long> sharing =
        recordings.stream().collect(groupingBy(TranscriptFiles::baseName, counting()));
    Map<String, Path> targets = new LinkedHashMap<>();
    Set<Path> seen = new HashSet<>();
    for (String name : recordings) {
      String base = baseName(name);
      String own = sharing.getOrDefault(base, 1L) > 1 ? fileName(name) : base;
      Path target = isFolder ? place.resolve(own + format.ending()) : place;
      InputException.require(
          seen.add(target),
          target.toString(),
          "would hold the transcripts of two recordings",
          "rename one, or transcribe them one by one");
      OutputPlace.requireOther(Path.of(name), target, OPTION);
      targets.put(name, target);
    }
    targets.values().removeIf(target -> !TranscriptFile.isToBeMade(target, existing));
    return new TranscriptFiles(targets, existing);
  }

  /** {@code talk} of {@code sounds/talk.wav}. */
  private static String baseName(String recording) {
    String file = fileName(recording);
    int dot = file.lastIndexOf('.');
    return dot > 0 ? file.substring(0, dot) : file;
  }

  private static String fileName(String recording) {
    return recording.equals("-") ? "stdin" : String.valueOf(Path.of(recording).getFileName());
  }

  /** The recordings whose transcripts are to be made: an earlier run may have made the others. */
  List<String> missing() {
    return List.copyOf(targets.keySet());
  }

  /**
   * Begins the transcript of a recording, or goes on with it.
   *
   * @throws InputException when it cannot be written, or another run writes it
   */
  TranscriptFile open(String recording, TranscriptFormat format, boolean times, CueLayout layout) {
    Path target = Objects.requireNonNull(targets.get(recording));
    return TranscriptFile.open(target, format, times, layout, existing);
  }

  /** Of an answer with a file of its own no line is written. */
  @Override
  public void write(byte[] line) {}

  @Override
  public Left left(long count) {
    return new Left(
        "%d of %d transcripts are done".formatted(count, targets.size()), "go on with --resume");
  }

  @Override
  public void close() {}
}
