package dev.deed.checkpoint.torch;

import dev.deed.checkpoint.OpenFile;
import dev.deed.value.InputException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * What {@code torch.save} wrote before PyTorch 1.6: pickles of a magic number, the version of the
 * format, facts about the machine, the tensors, and the list of storages; then, for each storage,
 * its number of elements in eight bytes and the elements.
 */
final class LegacyFormat {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final BigInteger VERSION = BigInteger.valueOf(1001);

  private LegacyFormat() {}

  static TorchFile.Content read(OpenFile file, int mostPickle) {
    String origin = file.path().toString();
    byte[] bytes = file.bytes(0, (int) Math.min(file.size(), mostPickle));
    PickleBytes pickles = new PickleBytes(origin, bytes);
    PickleReader reader = new PickleReader(pickles);
    // Anything may be given under this name: what does not even begin as a pickle is called by
    // name.
    if (bytes.length == 0
        || Opcode.of(bytes[0] & 0xff) != Opcode.PROTO
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
    return new TorchFile.Content(dictionary, places(file, pickles, reader.storages(), keys));
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
