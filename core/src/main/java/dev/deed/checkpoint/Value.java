package dev.deed.checkpoint;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a pickle of tensors is made of. Lists and dictionaries may hold themselves. */
sealed interface Value {
  /** {@code None} and the two truth values. */
  enum Constant implements Value {
    NONE,
    TRUE,
    FALSE
  }

  record Whole(BigInteger value) implements Value {}

  record Real(double value) implements Value {}

  record Text(String value) implements Value {}

  /** A tuple, {@code torch.Size} included. */
  record Tuple(List<Value> items) implements Value {
    public Tuple {
      items = List.copyOf(items);
    }
  }

  /** A list, filled after it was made. */
  final class Sequence implements Value {
    final List<Value> items = new ArrayList<>();
  }

  /** A dictionary with texts as keys, ordered or not, filled after it was made. */
  final class Dictionary implements Value {
    final Map<String, Value> items = new LinkedHashMap<>();
  }

  enum Function implements Value {
    ORDERED_DICTIONARY,
    SIZE,
    TENSOR,
    TENSOR_V2,
    TENSOR_V3,
    PARAMETER
  }

  /** An element type, as {@code torch.float32} names it. */
  record Type(DataType type) implements Value {}

  /**
   * A class of storages.
   *
   * @param type its elements; null where each tensor says its own, the storage being bytes
   */
  record StorageClass(@Nullable DataType type) implements Value {}

  /**
   * A storage that the pickle refers to.
   *
   * @param type its elements; null for bytes of no type
   * @param key its name in the file
   * @param elements how many it has, by what the pickle says
   */
  record Storage(@Nullable DataType type, String key, long elements) implements Value {
    int elementBytes() {
      return type == null ? 1 : type.bytes();
    }
  }

  /**
   * A tensor: a view of a storage, nothing checked yet.
   *
   * @param offset first element, counted in elements of {@code type}
   * @param shape sizes, outermost first
   * @param strides distance of neighbours along each dimension, in elements
   */
  record View(Storage storage, DataType type, long offset, List<Integer> shape, List<Long> strides)
      implements Value {
    public View {
      shape = List.copyOf(shape);
      strides = List.copyOf(strides);
    }
  }
}
