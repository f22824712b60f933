package dev.deed.train.torch;

import dev.deed.value.InputException;
import java.util.Arrays;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Where tensors live. Not thread-safe. Create it outside of any {@code PointerScope}: it must
 * outlive the scope of a step.
 *
 * @param device null for the CPU
 */
public record TorchDevice(@Nullable Device device) {
  public static TorchDevice cpu() {
    return new TorchDevice(null);
  }

  /**
   * @param name {@code cpu} or {@code cuda}
   * @throws InputException when the name is another, or this LibTorch has no CUDA
   */
  public static TorchDevice named(String name) {
    return switch (name) {
      case "cpu" -> cpu();
      case "cuda" -> {
        if (!torch.cuda_is_available()) {
          throw new InputException(
              "--device cuda",
              "this LibTorch finds no CUDA",
              "use cpu, or put bytedeco's pytorch with the classifier linux-x86_64-gpu, and a"
                  + " driver, on the class path");
        }
        yield new TorchDevice(new Device("cuda"));
      }
      default -> throw new InputException("--device", "is " + name, "give cpu or cuda");
    };
  }

  /** Whether its memory is the machine's. */
  public boolean isCpu() {
    return device == null;
  }

  Tensor floats(float[] values, long... shape) {
    return place(Tensor.create(values, shape), torch.ScalarType.Float);
  }

  public Tensor integers(long[] values, long... shape) {
    return place(Tensor.create(values, shape), torch.ScalarType.Long);
  }

  /** {@code [rows, length]} whole numbers. */
  public Tensor integers(long[][] rows) {
    long[] flat = Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray();
    return integers(flat, rows.length, rows[0].length);
  }

  private Tensor place(Tensor tensor, torch.ScalarType type) {
    return device == null ? tensor : tensor.to(device, type);
  }
}
