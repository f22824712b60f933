package dev.deed.hub;

import dev.deed.checkpoint.AdapterFiles;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.ShardIndex;
import dev.deed.checkpoint.adapter.LoraConfig;
import dev.deed.files.LockFile;
import dev.deed.model.family.ModelFamily;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;

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
}
