package dev.deed.model;

import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.checkpoint.Tensor;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The directions of hidden states that a head's largest logits depend on: with a row w of the head
 * and a hidden state h, {@code w·h ≈ (rows w)·(hidden h)}. {@link HeadMoment} finds them; they lie
 * in a file of the model's folder.
 *
 * @param origin what an error message calls it
 * @param rank number of directions
 * @param width of hidden states and of the head's rows
 * @param hidden [rank, width]
 * @param rows [rank, width]
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HeadBasis(String origin, int rank, int width, float[] hidden, float[] rows) {
  /** The file of a model folder that holds one. */
  public static final String FILE = "draft_head.safetensors";

  private static final String HIDDEN = "hidden";
  private static final String ROWS = "rows";
  private static final String ADVICE =
      "delete the file, or make it anew: deed calibrate --lossless";

  /**
   * Reads the one of a model's folder.
   *
   * @param width of the model
   * @return null where the folder has none
   * @throws InputException when it is damaged, or of another model
   */
  public static @Nullable HeadBasis read(Path folder, int width) {
    Path path = folder.resolve(FILE);
    if (!Files.exists(path)) {
      return null;
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Tensor hidden = tensor(file, HIDDEN, width);
      Tensor rows = tensor(file, ROWS, width);
      require(path, hidden.shape().equals(rows.shape()), "holds two tensors of different shapes");
      return new HeadBasis(
          path.toString(),
          rows.shape().getFirst(),
          width,
          finite(path, hidden),
          finite(path, rows));
    }
  }

  public void write(Path folder) throws IOException {
    int[] shape = {rank, width};
    SafetensorsWriter.write(
        folder.resolve(FILE),
        Map.of(
            HIDDEN,
            new SafetensorsWriter.Entry(shape, hidden),
            ROWS,
            new SafetensorsWriter.Entry(shape, rows)),
        Map.of());
  }

  /** Checks its size, before anything is read. */
  private static Tensor tensor(SafetensorsFile file, String name, int width) {
    Path path = file.file().path();
    Tensor tensor = file.tensors().get(name);
    if (tensor == null) {
      throw new InputException(path.toString(), "lacks the tensor " + name, ADVICE);
    }
    List<Integer> shape = tensor.shape();
    boolean fits =
        shape.size() == 2
            && shape.getFirst() >= 1
            && shape.getFirst() <= width
            && shape.getLast() == width;
    require(path, fits, "holds a tensor of shape " + shape + " in a model of width " + width);
    return tensor;
  }

  private static float[] finite(Path path, Tensor tensor) {
    float[] values = tensor.toFloats();
    for (float value : values) {
      require(path, Float.isFinite(value), "holds a value that is not finite");
    }
    return values;
  }

  private static void require(Path path, boolean fits, String why) {
    InputException.require(fits, path.toString(), why, ADVICE);
  }

  /** What to throw where its products with the rows of a head are not finite. */
  InputException tooLarge() {
    return new InputException(
        origin, "holds values so large that their products with the head are not finite", ADVICE);
  }
}
