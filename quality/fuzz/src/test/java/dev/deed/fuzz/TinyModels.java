package dev.deed.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.model.front.PictureFront;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folders of the core's tests, to be opened with settings that they never had. */
final class TinyModels {
  private static final Path FOLDERS = Door.ROOT.resolve("core/src/test/resources/families");
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST_TOKENS = 3;
  private static final int MOST_PIXELS = 1 << 16;

  private TinyModels() {}

  /** Folders with a {@code config.json}, in the order of their names. */
  static List<Path> folders() {
    List<Path> models = new ArrayList<>();
    try (Stream<Path> folders = Files.list(FOLDERS)) {
      folders.sorted().map(folder -> folder.resolve("model")).forEach(models::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return models;
  }

  static ObjectNode json(Path file) {
    try {
      return (ObjectNode) MAPPER.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a folder and lets it answer, in a few tokens, an input of the kind that it reads. */
  static void answer(Path folder) {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      Input input = input(model.internals().spec().encoder().front());
      if (input != null) {
        model.generate(input, GenerationOptions.defaults().withMaxNewTokens(MOST_TOKENS));
      }
    } catch (InputException e) {
      return;
    }
  }

  private static @Nullable Input input(EncoderFront front) {
    if (front.reads().equals(Set.of(Part.TOKENS))) {
      return Input.ofTokenIds(0, Math.min(5, front.vocabulary() - 1), 0);
    }
    if (front instanceof PictureFront picture
        && (long) picture.channels() * picture.height() * picture.width() <= MOST_PIXELS) {
      float[] pixels = new float[picture.channels() * picture.height() * picture.width()];
      return Input.empty()
          .withTensor(
              Part.PIXELS.tensorName(),
              pixels,
              List.of(picture.channels(), picture.height(), picture.width()));
    }
    return null;
  }
}
