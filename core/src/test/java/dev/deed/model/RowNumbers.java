package dev.deed.model;

import dev.deed.checkpoint.DataType;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.TensorData;
import dev.deed.model.spec.ParameterSource;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A table whose rows hold their own number. */
public record RowNumbers(int rows) implements ParameterSource {
  @Override
  public Tensor tensor(String name) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * rows).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rows; i++) {
      bytes.putFloat(i);
    }
    return new Tensor(
        name, DataType.F32, List.of(rows, 1), TensorData.of(MemorySegment.ofArray(bytes.array())));
  }

  @Override
  public boolean holds(String name) {
    return true;
  }
}
