package dev.deed.hub;

import dev.deed.files.Interruption;
import dev.deed.files.PartName;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Fetches one file into the cache. What was fetched before a cut or a kill is gone on with, and the
 * file counts only when its content is what its tag says. Until then it has a name that nobody can
 * guess: others may write a shared cache, and a link there must not lead the bytes into a file of
 * the user's. Belongs to one thread.
 */
final class Download {
  /** What is left when fetching is stopped. */
  static final String LEFT = "what was fetched stays; run it again to go on";

  private static final int BUFFER = 1 << 16;

  private final HubClient client;
  private final ModelName model;
  private final String commit;
  private final RemoteFile file;
  private final Path blob;

  private MessageDigest digest;
  private long at;

  Download(HubClient client, ModelName model, String commit, RemoteFile file, Path blob) {
    this.client = client;
    this.model = model;
    this.commit = commit;
    this.file = file;
    this.blob = blob;
    this.digest = file.tag().digest(file.size());
  }

  /** Bytes of a blob that an earlier run left, or that another is fetching. */
  static long left(Path blob) {
    List<Path> parts = parts(blob);
    return parts.isEmpty() ? 0 : parts.getFirst().toFile().length();
  }

  /** What earlier runs left, the longest first. */
  private static List<Path> parts(Path blob) {
    try {
      return PartName.filesOf(blob).stream()
          .sorted(Comparator.comparingLong((Path part) -> part.toFile().length()).reversed())
          .toList();
    } catch (IOException e) {
      // What cannot be seen is fetched anew.
      return List.of();
    }
  }

  /**
   * Fetches the file to its place. The caller holds its lock.
   *
   * @param alone whether nobody else can be writing what looks like the rest of an earlier run
   * @param position is told how many bytes have arrived
   * @throws InputException when the content is not what the tag says
   */
  void to(boolean alone, LongConsumer position) throws IOException {
    Path part = PartName.of(blob);
    if (!(alone && takeOver(part))) {
      Files.createFile(part);
    }
    try (RandomAccessFile out = new RandomAccessFile(part.toFile(), "rw")) {
      boolean resumed = goOn(out);
      fetch(out, position);
      boolean right = file.tag().matches(digest);
      if (!right && resumed) {
        // What an earlier run left may be damaged.
        restart(out);
        fetch(out, position);
        right = file.tag().matches(digest);
      }
      if (!right) {
        Files.delete(part);
        throw new InputException(
            "model " + model + ": " + file.name(),
            "came with other content than its tag says",
            "run it again; if that does not help, the hub or something on the way is at fault");
      }
    }
    Files.move(part, blob, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Gives what an earlier run left the name of this one's; false where it left nothing of use. */
  private boolean takeOver(Path part) {
    boolean taken = false;
    for (Path left : parts(blob)) {
      try {
        if (taken) {
          Files.delete(left);
        } else if (Files.isWritable(left)) {
          Files.move(left, part);
          taken = true;
        }
      } catch (IOException e) {
        // Not ours to rename or remove.
        continue;
      }
    }
    return taken;
  }

  /**
   * Whether a file that is in the cache holds what its tag says.
   *
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  static boolean isWhole(Path blob, RemoteFile file) throws IOException {
    MessageDigest digest = file.tag().digest(file.size());
    try (InputStream in = Files.newInputStream(blob)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        Interruption.check(LEFT);
      }
    }
    return file.tag().matches(digest);
  }

  private boolean goOn(RandomAccessFile out) throws IOException {
    if (out.length() > file.size()) {
      restart(out);
    }
    byte[] buffer = new byte[BUFFER];
    for (int read = out.read(buffer); read > 0; read = out.read(buffer)) {
      digest.update(buffer, 0, read);
      at += read;
      Interruption.check(LEFT);
    }
    return at > 0;
  }

  private void restart(RandomAccessFile out) throws IOException {
    out.setLength(0);
    digest = file.tag().digest(file.size());
    at = 0;
  }

  /** Asks for what is missing until it is there, as long as more than crumbs of it come. */
  private void fetch(RandomAccessFile out, LongConsumer position) throws IOException {
    int failures = 0;
    while (at < file.size()) {
      long before = at;
      try (HubClient.Content content = client.content(model, commit, file, failures > 0, at)) {
        if (content.from() != at) {
          restart(out);
        }
        receive(content.body(), out, position);
        if (at < file.size()) {
          throw new HubUnreachable("the connection was cut");
        }
      } catch (HubUnreachable e) {
        failures = at - before >= HubBody.LEAST_PACE ? 1 : failures + 1;
        if (failures == Waiting.ATTEMPTS) {
          throw e;
        }
        Waiting.sleep(Waiting.before(failures));
      }
    }
  }

  private void receive(HubBody body, RandomAccessFile out, LongConsumer position)
      throws IOException {
    for (List<ByteBuffer> piece = body.next(); !piece.isEmpty(); piece = body.next()) {
      for (ByteBuffer buffer : piece) {
        InputException.require(
            buffer.remaining() <= file.size() - at,
            "model " + model + ": " + file.name(),
            "has more bytes than the hub says",
            "the hub or something on the way is at fault; run it again");
        // Not through a channel: an interrupt, which asks to stop, would close that.
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        out.write(bytes);
        digest.update(bytes);
        at += bytes.length;
      }
      position.accept(at);
    }
  }
}
