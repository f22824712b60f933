package dev.deed.cli;

import dev.deed.Input;
import dev.deed.data.InputLine;
import dev.deed.data.Media;
import dev.deed.files.IoReason;
import dev.deed.files.NamedPath;
import dev.deed.processing.picture.PictureReader;
import dev.deed.processing.sound.SoundLimits;
import dev.deed.processing.sound.SoundReader;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What {@code --image} and {@code --audio} name: files, those of a folder by their names, stdin.
 */
enum MediaFiles {
  PICTURES(
      InputLine.IMAGE,
      "pictures",
      List.of(".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")),
  SOUNDS(
      InputLine.AUDIO,
      "sounds",
      List.of(
          ".wav", ".flac", ".aif", ".aiff", ".aifc", ".au", ".mp3", ".m4a", ".mp4", ".mov", ".aac",
          ".ogg", ".oga", ".opus", ".webm", ".mka", ".mkv", ".amr", ".wma", ".caf", ".spx"));

  /** Files passed over in a folder that are named. */
  private static final int MOST_NAMED = 5;

  /** What stands beside pictures and sounds, as their data or transcripts, goes without saying. */
  private static final List<String> TEXTS =
      List.of(".txt", ".json", ".jsonl", ".csv", ".md", ".srt", ".vtt");

  private final String field;
  private final String noun;
  private final List<String> endings;

  MediaFiles(String field, String noun, List<String> endings) {
    this.field = field;
    this.noun = noun;
    this.endings = endings;
  }

  /** Whether what an option names may be more than one file. */
  static boolean areMany(List<String> given) {
    return given.size() > 1 || given.stream().anyMatch(name -> Files.isDirectory(path(name)));
  }

  /**
   * The input that holds one of the {@link #names} alone.
   *
   * @throws InputException when stdin cannot be read
   */
  Input input(String name) {
    return this == PICTURES
        ? media(name).as(Input::ofImage, Input::ofImage)
        : media(name).as(Input::ofAudio, Input::ofAudio);
  }

  /** A file, which is opened later, or stdin, which is read here. */
  private Media media(String name) {
    if (!name.equals("-")) {
      return new Media.InFile(path(name));
    }
    try {
      return new Media.InMemory(
          this == PICTURES
              ? new PictureReader().bytes(System.in)
              : SoundReader.bytes(System.in, SoundLimits.DEFAULT));
    } catch (IOException e) {
      throw new InputException("stdin", "cannot be read (" + IoReason.of(e) + ")", "give a file");
    }
  }

  /** The field of a line that names one, and the option. */
  String field() {
    return field;
  }

  /**
   * A line with the file of its name; stdin is read here.
   *
   * @throws InputException when stdin cannot be read
   */
  InputLine addTo(InputLine line) {
    return line.with(field, media(line.name()));
  }

  /** A line of a job for each of the {@link #names}. */
  JobInput job(List<String> names) {
    return JobInput.ofFiles(noun, names);
  }

  /**
   * What is given, with the files of folders in their place.
   *
   * @throws InputException when a folder holds none, or cannot be read
   */
  List<String> names(List<String> given) {
    List<String> all = new ArrayList<>();
    for (String name : given) {
      if (!name.equals("-") && Files.isDirectory(path(name))) {
        inFolder(path(name)).forEach(file -> all.add(file.toString()));
      } else {
        all.add(name);
      }
    }
    return all;
  }

  private List<Path> inFolder(Path folder) {
    try (Stream<Path> listed = Files.list(folder)) {
      List<Path> all = listed.filter(Files::isRegularFile).sorted().toList();
      List<Path> files = all.stream().filter(file -> endsWithOne(file, endings)).toList();
      InputException.require(
          !files.isEmpty(),
          folder.toString(),
          "is a folder without " + noun,
          "give one with files that end with one of " + String.join(", ", endings));
      notePassedOver(
          folder,
          all.stream()
              .filter(file -> !endsWithOne(file, endings) && !endsWithOne(file, TEXTS))
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.startsWith("."))
              .toList());
      return files;
    } catch (IOException e) {
      throw IoReason.unreadable(folder, e);
    }
  }

  private static boolean endsWithOne(Path file, List<String> endings) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return endings.stream().anyMatch(name::endsWith);
  }

  private void notePassedOver(Path folder, List<String> names) {
    int more = names.size() - MOST_NAMED;
    if (!names.isEmpty()) {
      Notes.print(
          "deed: %s: passes over %s%s; names of %s end with one of %s"
              .formatted(
                  folder,
                  String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size()))),
                  more > 0 ? " and " + more + " more" : "",
                  noun,
                  String.join(", ", endings)));
    }
  }

  static Path path(String name) {
    return NamedPath.of("path \"" + name + "\"", name);
  }
}
