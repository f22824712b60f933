package dev.deed.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.IoReason;
import dev.deed.files.RegularFile;
import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Inputs to try a model with, from the file {@code samples/samples.jsonl} of its folder, with their
 * pictures. They are shown to others, and a folder may come from anywhere. So a file counts only if
 * it lies in the folder itself, all links resolved, and only a picture is one. All is read at once,
 * within bounds. Immutable.
 *
 * @param samples those that can be shown, in the order of the file
 * @param leftOut why others are not, a line for each
 */
public record ModelSamples(List<Sample> samples, List<String> leftOut) {
  /** Most bytes of the file. */
  public static final int MOST_BYTES = 1 << 20;

  /** Most samples that are read; those behind them are passed over. */
  public static final int MOST = 64;

  /** Most bytes of a picture. */
  public static final int MOST_PICTURE_BYTES = 8 << 20;

  /** Most bytes of all pictures of a model. */
  public static final int MOST_PICTURES_BYTES = 32 << 20;

  private static final String FOLDER = "samples";
  private static final String FILE = "samples.jsonl";

  public ModelSamples {
    samples = List.copyOf(samples);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * One input.
   *
   * @param line as the file has it
   * @param picture null where it names none
   */
  public record Sample(ObjectNode line, @Nullable SamplePicture picture) {}

  /**
   * The samples of a folder; none where it has no such file. What is wrong with the file, or with
   * one of its lines, is told and keeps nobody from using the model.
   */
  public static ModelSamples read(Path folder) {
    List<Sample> samples = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    if (!Files.exists(file(folder), LinkOption.NOFOLLOW_LINKS)) {
      return new ModelSamples(samples, leftOut);
    }
    try (InputReader lines = open(folder)) {
      Pictures pictures = new Pictures(folder.toRealPath());
      for (int i = 0; i < MOST; i++) {
        ParsedLine line = lines.next();
        if (line == null) {
          break;
        }
        try {
          Path image = line.orThrow().image();
          samples.add(new Sample(lines.object(), image == null ? null : pictures.read(image)));
        } catch (InputException e) {
          leftOut.add(String.valueOf(e.getMessage()));
        }
      }
    } catch (IOException e) {
      leftOut.add(String.valueOf(IoReason.unreadable(file(folder), e).getMessage()));
    } catch (InputException e) {
      leftOut.add(String.valueOf(e.getMessage()));
    }
    return new ModelSamples(samples, leftOut);
  }

  /**
   * The inputs of a folder's samples, for a run on this machine; their pictures may lie anywhere.
   *
   * @throws InputException when it has none, or one of them is wrong
   */
  public static List<InputLine> inputs(Path folder) {
    Path file = file(folder);
    try (InputReader lines = reader(file)) {
      return lines.first(MOST);
    } catch (IOException e) {
      throw IoReason.unreadable(file, e);
    }
  }

  private static Path file(Path folder) {
    return folder.resolve(FOLDER).resolve(FILE);
  }

  private static InputReader open(Path folder) throws IOException {
    Path file = file(folder);
    requireInside(folder.toRealPath(), file, file.toString());
    return reader(file);
  }

  private static InputReader reader(Path file) throws IOException {
    byte[] lines = RegularFile.read(file, MOST_BYTES, "give at most " + MOST + " samples");
    Path folder = file.toAbsolutePath().resolveSibling("");
    return InputReader.of(file.toString(), folder, new ByteArrayInputStream(lines));
  }

  /** The real path of a file that must lie in a folder. */
  private static Path requireInside(Path real, Path file, String what) throws IOException {
    Path target = file.toRealPath();
    InputException.require(
        target.startsWith(real),
        what,
        "leads out of the model's folder",
        "copy the file into the folder: what lies elsewhere is not shown to others");
    return target;
  }

  private static final class Pictures {
    private final Path folder;
    private final Map<Path, SamplePicture> known = new HashMap<>();
    private long bytes;

    Pictures(Path folder) {
      this.folder = folder;
    }

    SamplePicture read(Path named) {
      String what = "picture " + named;
      try {
        Path file = requireInside(folder, named, what);
        SamplePicture picture = known.get(file);
        if (picture == null) {
          picture = read(what, file);
          known.put(file, picture);
        }
        return picture;
      } catch (IOException e) {
        throw IoReason.unreadable(what, e);
      }
    }

    private SamplePicture read(String what, Path file) throws IOException {
      byte[] content = RegularFile.read(what, file, MOST_PICTURE_BYTES, "give a smaller picture");
      String type = PictureReader.mediaType(content);
      if (type == null) {
        throw new InputException(
            what, "is no picture of a known format", "give a PNG, JPEG, TIFF, WebP, GIF or BMP");
      }
      bytes += content.length;
      InputException.require(
          bytes <= MOST_PICTURES_BYTES,
          what,
          "makes the samples larger than " + MOST_PICTURES_BYTES + " bytes",
          "give fewer or smaller pictures");
      return new SamplePicture(String.valueOf(file.getFileName()), type, content);
    }
  }

  /**
   * The picture of a sample, as its file holds it.
   *
   * @param name of the file
   * @param mediaType such as {@code image/png}, told by its first bytes
   * @param bytes not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  public record SamplePicture(String name, String mediaType, byte[] bytes) {}
}
