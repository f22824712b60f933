package dev.deed.hub;

import dev.deed.checkpoint.AdapterFiles;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.LoraConfig;
import dev.deed.checkpoint.ShardIndex;
import dev.deed.files.LockFile;
import dev.deed.model.family.ModelFamily;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The fetching of one model at one commit: its configuration first, which must be that of a known
 * family, then all else that it needs; of an adapter, the adapter. Belongs to one thread.
 */
record Fetch(
    HubClient client,
    HubCache cache,
    ModelName model,
    HubClient.Repository repository,
    FetchListener listener) {
  /** No configuration and no index of shards is longer. */
  private static final long LONGEST_JSON = 64L << 20;

  private static final int MEGABYTE = 1_000_000;

  private Path folder() {
    return cache.snapshot(model, repository.commit());
  }

  Path run() throws IOException {
    Set<String> needed = new TreeSet<>(NeededFiles.of(repository.files()));
    Path place = folder();
    if (needed.contains(AdapterFiles.CONFIG)) {
      beginAdapter();
    } else if (NeededFiles.isTables(repository.files())) {
      cache.prepare(model);
      place = place.resolve(NeededFiles.TABLES);
    } else {
      beginModel(needed);
    }
    fetch(missing(needed));
    cache.refer(model, repository.commit());
    return place;
  }

  private void beginModel(Set<String> needed) throws IOException {
    InputException.require(
        needed.contains(NeededFiles.CONFIG),
        "model " + model,
        "has no config.json",
        "give the name of a model in the form of Transformers");
    InputException.require(
        needed.stream().anyMatch(NeededFiles.WEIGHTS::contains),
        "model " + model,
        "holds no model.safetensors, no pytorch_model.bin, and no index of shards of them",
        "give the name of a model whose weights are stored so");
    cache.prepare(model);
    ModelFamily.describe(Config.read(small(NeededFiles.CONFIG)));
    for (String index : List.of(NeededFiles.SAFETENSORS_INDEX, NeededFiles.TORCH_INDEX)) {
      if (needed.contains(index)) {
        ShardIndex.files(small(index), NeededFiles.ending(index)).keySet().stream()
            .map(shard -> shard.getFileName().toString())
            .forEach(needed::add);
      }
    }
  }

  /** Its base is another model, which whoever opens it fetches. */
  private void beginAdapter() throws IOException {
    InputException.require(
        repository.files().contains(AdapterFiles.WEIGHTS),
        "model " + model,
        "is an adapter without " + AdapterFiles.WEIGHTS,
        "give the name of one whose weights are stored so");
    cache.prepare(model);
    small(AdapterFiles.CONFIG);
    LoraConfig.read(folder());
  }

  private Path small(String name) throws IOException {
    for (RemoteFile file : missing(Set.of(name))) {
      InputException.require(
          file.size() <= LONGEST_JSON,
          "model " + model + ": " + name,
          "has " + file.size() + " bytes",
          "at most " + LONGEST_JSON + " are read");
      fetch(file, 0, 0, 0);
    }
    return folder().resolve(name);
  }

  /** A commit never changes: what its folder holds need not be asked for. */
  private List<RemoteFile> missing(Collection<String> names) throws IOException {
    List<RemoteFile> missing = new ArrayList<>();
    for (String name : names) {
      if (!cache.holds(model, folder(), name)) {
        InputException.require(
            repository.files().contains(name),
            "model " + model,
            "lacks " + name + ", which its index names",
            "ask whoever published it");
        missing.add(client.file(model, repository.commit(), name));
      }
    }
    return missing;
  }

  private void fetch(List<RemoteFile> files) throws IOException {
    long total = 0;
    long there = 0;
    for (RemoteFile file : files) {
      Path blob = cache.blob(model, file.tag());
      total = Math.addExact(total, file.size());
      there += isThere(blob, file) ? file.size() : Math.min(file.size(), Download.left(blob));
    }
    if (files.isEmpty()) {
      return;
    }
    requireRoom(total - there);
    tell(files.size(), there, total);
    long done = 0;
    for (RemoteFile file : files) {
      fetch(file, files.size(), done, total);
      done += file.size();
    }
  }

  /** Fetches a file unless it is there; progress is told where there is a total. */
  private void fetch(RemoteFile file, int files, long done, long total) throws IOException {
    Path blob = cache.blob(model, file.tag());
    LockWait wait =
        new LockWait(
            "model " + model + ": " + file.name(),
            () -> Download.left(blob),
            listener::warned,
            Waiting.SILENT,
            Waiting.LOCKED);
    try (LockFile lock = wait.take(cache.lock(model, file.tag()))) {
      // What another client left is read once: the link below remembers that it is right.
      if (!isThere(blob, file) || !Download.isWhole(blob, file)) {
        new Download(client, model, repository.commit(), file, blob)
            .to(
                lock.isExclusive(),
                at -> {
                  if (total > 0) {
                    tell(files, done + at, total);
                  }
                });
      }
      cache.link(model, repository.commit(), file);
    }
  }

  private static boolean isThere(Path blob, RemoteFile file) {
    return Files.isRegularFile(blob, LinkOption.NOFOLLOW_LINKS)
        && blob.toFile().length() == file.size();
  }

  private void requireRoom(long bytes) {
    // Not by its FileStore, which the JDK does not find in a chroot whose root is no mount.
    long free = cache.root().toFile().getUsableSpace();
    InputException.require(
        bytes <= free,
        "model " + model,
        "needs " + bytes / MEGABYTE + " MB, and " + cache.root() + " has " + free / MEGABYTE,
        "make room there, or set HF_HUB_CACHE to a folder on another disk");
  }

  private void tell(int files, long done, long total) {
    if (!listener.progressed(new FetchProgress(model, files, done, total))) {
      throw new CancellationException("stopped: " + Download.LEFT);
    }
  }

  /**
   * A wait for another process or thread that fetches the same file: one at a time does. The lock's
   * own file stays, as other clients' do. Belongs to one thread.
   */
  static final class LockWait {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final String what;
    private final LongSupplier arrived;
    private final Consumer<String> lines;
    private final Duration silent;
    private final Duration most;
    private final long start = System.nanoTime();

    private boolean hasWarned;
    private long bytes = -1;
    private long since = start;

    /**
     * @param what messages call what is fetched
     * @param arrived bytes that the other has; while they grow, the wait goes on
     * @param lines takes the line that says for whom it waits
     * @param silent before that line
     * @param most without a byte more, before the wait ends
     */
    LockWait(
        String what, LongSupplier arrived, Consumer<String> lines, Duration silent, Duration most) {
      this.what = what;
      this.arrived = arrived;
      this.lines = lines;
      this.silent = silent;
      this.most = most;
    }

    /**
     * Waits for the lock. Where the file system has none, two processes may fetch the same file,
     * each its own, and both are checked.
     *
     * @throws InputException when its holder gets on too little, or the file is a link or no lock
     * @throws java.util.concurrent.CancellationException when the thread is interrupted
     */
    LockFile take(Path path) throws IOException {
      while (true) {
        try {
          return LockFile.take(path);
        } catch (LockFile.Held e) {
          goOn(holder(e.process()), path);
        } catch (NoSuchFileException e) {
          goOn(holder(""), path);
        }
        Waiting.sleep(PAUSE);
      }
    }

    /** Other clients leave the file empty. */
    private static String holder(@Nullable String process) {
      return process == null
          ? "another thread of this process"
          : process.isEmpty() ? "another process" : "process " + process;
    }

    private void goOn(String holder, Path lock) {
      long now = System.nanoTime();
      long there = arrived.getAsLong();
      if (there != bytes) {
        bytes = there;
        since = now;
      }
      if (!hasWarned && now - start >= silent.toNanos()) {
        hasWarned = true;
        lines.accept(
            what + " is being fetched by " + holder + ", which holds " + lock + "; waiting");
      }
      InputException.require(
          now - since < most.toNanos(),
          what,
          "is locked by " + holder + ", which has fetched nothing for " + most.toSeconds() + " s",
          "end that, or remove " + lock);
    }
  }
}
