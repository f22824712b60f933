package dev.deed.checkpoint;

import dev.deed.value.InputException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The tensors of a file that {@code torch.save} wrote, such as {@code pytorch_model.bin}: a flat
 * dictionary of names and tensors, in the zip format (since PyTorch 1.6) or the one before.
 * Thread-safe; tensors stay readable until {@link #close()}.
 *
 * @param tensors by name, in the order of the file; two names of one tensor (tied weights) give two
 *     tensors with the same bytes
 * @param tied names of tensors that are another one's again, each with the first name of that one
 */
public record TorchFile(OpenFile file, Map<String, Tensor> tensors, Map<String, String> tied)
    implements AutoCloseable {
  private static final int MAX_PICKLE = 16 << 20;

  /** Tied names and views of one storage make the tensors larger than the file, but not by much. */
  private static final int MOST_TIMES_LARGER = 8;

  private static final int ZIP_MAGIC = 0x504b0304;

  public TorchFile {
    tensors = Collections.unmodifiableMap(tensors);
    tied = Collections.unmodifiableMap(tied);
  }

  /**
   * Opens a file and checks all that it says.
   *
   * @throws InputException when it is missing, damaged, holds anything but tensors, or asks for
   *     what no tensor needs
   */
  public static TorchFile open(Path path) {
    OpenFile file = OpenFile.open(path);
    try {
      return read(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public void close() {
    file.close();
  }

  /** A dictionary of tensors and where their storages lie. */
  record Content(Value dictionary, Map<String, ZipDirectory.Place> places) {}

  private static TorchFile read(OpenFile file) {
    Content content =
        startsWith(file, ZIP_MAGIC) ? readZip(file) : LegacyFormat.read(file, MAX_PICKLE);
    String origin = file.path().toString();
    if (!(content.dictionary instanceof Value.Dictionary dictionary)) {
      throw new InputException(
          origin, "holds no dictionary of tensors", "save the model's state_dict() alone");
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> tied = new LinkedHashMap<>();
    Map<Value.View, String> firstNames = new LinkedHashMap<>();
    Views views = new Views(file);
    long bytes = 0;
    for (Map.Entry<String, Value> item : dictionary.items.entrySet()) {
      String name = item.getKey();
      if (!(item.getValue() instanceof Value.View view) || name.equals("__metadata__")) {
        throw new InputException(
            origin,
            "holds \"" + Rebuilding.shown(name) + "\", which is no tensor",
            "save the model's state_dict() alone");
      }
      Tensor tensor = views.tensor(name, view, place(origin, view.storage(), content.places));
      bytes += tensor.data().size();
      InputException.require(
          bytes >= 0 && bytes / MOST_TIMES_LARGER <= file.size(),
          origin,
          "holds tensors of more than " + MOST_TIMES_LARGER + " times its size",
          "save the tensors without repeating their elements");
      tensors.put(name, tensor);
      String first = firstNames.putIfAbsent(view, name);
      if (first != null) {
        tied.put(name, first);
      }
    }
    return new TorchFile(file, tensors, tied);
  }

  private static ZipDirectory.Place place(
      String origin, Value.Storage storage, Map<String, ZipDirectory.Place> places) {
    ZipDirectory.Place place = places.get(storage.key());
    if (place == null || storage.elements() > place.size() / storage.elementBytes()) {
      throw new InputException(
          origin,
          "lacks the storage "
              + Rebuilding.shown(storage.key())
              + " of "
              + storage.elements()
              + " elements"
              + (place == null ? "" : ", it has " + place.size() + " bytes"),
          "the file is damaged or cut short, fetch it again");
    }
    return place;
  }

  private static Content readZip(OpenFile file) {
    ZipDirectory zip = ZipDirectory.read(file);
    String prefix = prefix(file, zip);
    requireLittleEndian(file, zip, prefix + "byteorder");
    String origin = file.path() + ": " + Rebuilding.shown(prefix) + "data.pkl";
    byte[] pickle = bytes(file, zip, prefix + "data.pkl", MAX_PICKLE);
    PickleReader reader = new PickleReader(new PickleBytes(origin, pickle));
    Value dictionary = reader.next();
    Map<String, ZipDirectory.Place> places = new LinkedHashMap<>();
    for (String key : reader.storages().keySet()) {
      ZipDirectory.Place place = zip.find(prefix + "data/" + key);
      if (place != null) {
        places.put(key, place);
      }
    }
    return new Content(dictionary, places);
  }

  /** The folder that all entries lie in: the name of the file when it was saved. */
  private static String prefix(OpenFile file, ZipDirectory zip) {
    for (String name : zip.names()) {
      int slash = name.indexOf('/');
      if (slash >= 0 && name.substring(slash + 1).equals("data.pkl")) {
        return name.substring(0, slash + 1);
      }
    }
    throw new InputException(
        file.path().toString(),
        "is a zip file without data.pkl, not one that torch.save wrote",
        "give the pytorch_model.bin of a model");
  }

  private static void requireLittleEndian(OpenFile file, ZipDirectory zip, String name) {
    if (zip.find(name) == null) {
      return;
    }
    String order = new String(bytes(file, zip, name, 64), StandardCharsets.UTF_8);
    InputException.require(
        order.equals("little"),
        file.path().toString(),
        "has the byte order \"" + Rebuilding.shown(order) + "\"",
        "save it on a little-endian machine");
  }

  private static byte[] bytes(OpenFile file, ZipDirectory zip, String name, int most) {
    ZipDirectory.Place place = zip.find(name);
    if (place == null || place.size() > most) {
      throw new InputException(
          file.path() + ": " + Rebuilding.shown(name),
          place == null ? "is missing" : "has " + place.size() + " bytes, at most " + most,
          "the file is damaged, fetch it again");
    }
    return file.bytes(place.begin(), (int) place.size());
  }

  private static boolean startsWith(OpenFile file, int magic) {
    return file.size() >= 4 && ByteBuffer.wrap(file.bytes(0, 4)).getInt() == magic;
  }

  /**
   * What {@code torch.save} wrote before PyTorch 1.6: pickles of a magic number, the version of the
   * format, facts about the machine, the tensors, and the list of storages; then, for each storage,
   * its number of elements in eight bytes and the elements.
   */
  private static final class LegacyFormat {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final BigInteger VERSION = BigInteger.valueOf(1001);

    private LegacyFormat() {}

    static Content read(OpenFile file, int mostPickle) {
      String origin = file.path().toString();
      byte[] bytes = file.bytes(0, (int) Math.min(file.size(), mostPickle));
      PickleBytes pickles = new PickleBytes(origin, bytes);
      PickleReader reader = new PickleReader(pickles);
      // Anything may be given under this name: what does not even begin as a pickle is called by
      // name.
      if (bytes.length == 0
          || (bytes[0] & 0xff) != PickleReader.PROTO
          || !(reader.next() instanceof Value.Whole(BigInteger magic))
          || !magic.equals(MAGIC)) {
        throw new InputException(
            origin, "is not what torch.save writes", "give the pytorch_model.bin of a model");
      }
      if (!(reader.next() instanceof Value.Whole(BigInteger version)) || !version.equals(VERSION)) {
        throw pickles.error("has another version than 1001");
      }
      if (!(reader.next() instanceof Value.Dictionary machine)
          || machine.items.get("little_endian") != Value.Constant.TRUE) {
        throw pickles.error("does not say that it is little-endian");
      }
      Value dictionary = reader.next();
      if (!(reader.next() instanceof Value.Sequence keys)) {
        throw pickles.error("has no list of storages");
      }
      return new Content(dictionary, places(file, pickles, reader.storages(), keys));
    }

    private static Map<String, ZipDirectory.Place> places(
        OpenFile file,
        PickleBytes pickles,
        Map<String, Value.Storage> storages,
        Value.Sequence keys) {
      Map<String, ZipDirectory.Place> places = new HashMap<>();
      long at = pickles.position();
      for (Value key : keys.items) {
        if (!(key instanceof Value.Text(String name))
            || !(storages.get(name) instanceof Value.Storage storage)
            || file.size() - at < Long.BYTES) {
          throw pickles.error("lists a storage that no tensor names, or that is not there");
        }
        long elements =
            ByteBuffer.wrap(file.bytes(at, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        at += Long.BYTES;
        if (elements < 0 || elements > (file.size() - at) / storage.elementBytes()) {
          throw pickles.error("claims " + elements + " elements in the storage " + name);
        }
        long size = elements * storage.elementBytes();
        places.put(name, new ZipDirectory.Place(at, size));
        at += size;
      }
      return places;
    }
  }

  /**
   * Turns views of storages into tensors, after checking that every element lies in its storage.
   */
  private record Views(OpenFile file) {
    /**
     * The tensor of a view.
     *
     * @param place the storage within the file
     * @throws InputException when the view reaches beyond the storage
     */
    Tensor tensor(String name, Value.View view, ZipDirectory.Place place) {
      int bytes = view.type().bytes();
      long elements;
      long last;
      try {
        elements = elements(view.shape());
        last = elements == 0 ? view.offset() - 1 : lastElement(view);
        Math.multiplyExact(elements, bytes);
      } catch (ArithmeticException e) {
        throw broken(name, "has a size or strides beyond 64 bits");
      }
      if (elements == 0) {
        return new Tensor(name, view.type(), view.shape(), TensorData.of(MemorySegment.NULL));
      }
      if (last >= place.size() / bytes) {
        throw broken(
            name, "reaches to element " + last + " of a storage of " + place.size() / bytes);
      }
      long begin = place.begin() + view.offset() * bytes;
      long span = (last + 1 - view.offset()) * bytes;
      TensorData data =
          contiguous(view)
              ? file.region(begin, span)
              : new StridedData(file, begin, span, bytes, view.shape(), view.strides(), elements);
      return new Tensor(name, view.type(), view.shape(), data);
    }

    private static long elements(List<Integer> shape) {
      // A zero anywhere makes it empty, however large the other sizes are.
      if (shape.contains(0)) {
        return 0;
      }
      long elements = 1;
      for (int size : shape) {
        elements = Math.multiplyExact(elements, size);
      }
      return elements;
    }

    private static long lastElement(Value.View view) {
      long last = view.offset();
      for (int d = 0; d < view.shape().size(); d++) {
        long reach = Math.multiplyExact(view.shape().get(d) - 1L, view.strides().get(d));
        last = Math.addExact(last, reach);
      }
      return last;
    }

    private static boolean contiguous(Value.View view) {
      long expected = 1;
      for (int d = view.shape().size() - 1; d >= 0; d--) {
        if (view.shape().get(d) != 1 && view.strides().get(d) != expected) {
          return false;
        }
        expected *= view.shape().get(d);
      }
      return true;
    }

    private InputException broken(String name, String why) {
      return new InputException(
          file.path() + ": tensor " + Rebuilding.shown(name),
          why,
          "the file is damaged, fetch it again");
    }

    /**
     * A view that is no plain range of its storage, put in row-major order as it is read.
     *
     * @param begin where in the file the first element lies
     * @param span bytes from there to behind the last element; whoever makes it has checked that
     *     every element lies within
     * @param bytes size of an element
     */
    private record StridedData(
        OpenFile file,
        long begin,
        long span,
        int bytes,
        List<Integer> shape,
        List<Long> strides,
        long elements)
        implements TensorData {
      @Override
      public long size() {
        return elements * bytes;
      }

      /** As it says there; both position and length must be multiples of the element's size. */
      @Override
      public void read(long position, MemorySegment target) {
        if (position % bytes != 0 || target.byteSize() % bytes != 0) {
          throw new IllegalArgumentException("a strided view is read in whole elements");
        }
        Objects.checkFromIndexSize(position, target.byteSize(), size());
        int[] index = new int[shape.size()];
        long from = seek(position / bytes, index);
        // Mapped for this read only: a hostile file may have more such tensors than maps are
        // allowed.
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment mapped = file.map(begin, span, arena);
          for (long to = 0; to < target.byteSize(); to += bytes) {
            MemorySegment.copy(mapped, from * bytes, target, to, bytes);
            from = advance(index, from);
          }
        }
      }

      /** Sets the index of an element counted in row-major order; returns where it lies. */
      private long seek(long element, int[] index) {
        long at = 0;
        long rest = element;
        for (int d = index.length - 1; d >= 0; d--) {
          index[d] = (int) (rest % shape.get(d));
          rest /= shape.get(d);
          at += index[d] * strides.get(d);
        }
        return at;
      }

      private long advance(int[] index, long at) {
        long next = at;
        for (int d = index.length - 1; d >= 0; d--) {
          next += strides.get(d);
          if (++index[d] < shape.get(d)) {
            return next;
          }
          next -= index[d] * strides.get(d);
          index[d] = 0;
        }
        return next;
      }
    }
  }
}
