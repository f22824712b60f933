package dev.deed.hub;

import dev.deed.checkpoint.AdapterFiles;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.ShardIndex;
import dev.deed.files.AtomicFiles;
import dev.deed.hub.RemoteFile.FileTag;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The cache that all clients of the Hub share, as its public description has it: {@code
 * models--OWNER--NAME} with {@code blobs} named by their tags, {@code snapshots} of links to them,
 * a folder a commit, and {@code refs}, which say what commit a branch was. Thread-safe.
 */
record HubCache(Path root) {
  private static final String PREFIX = "models--";
  private static final int LONGEST_REF = 256;

  HubCache {
    root = root.toAbsolutePath();
  }

  /** Makes the folder; backups pass over it. */
  void prepare(ModelName model) throws IOException {
    make(blobs(model));
    Path tag = root.resolve("CACHEDIR.TAG");
    if (!Files.exists(tag)) {
      AtomicFiles.writeText(
          tag,
          "Signature: 8a477f597d28d172789f06886806bc55\n"
              + "# This folder holds models that can be fetched again: backups may leave it out.\n"
              + "# Its form: https://bford.info/cachedir/\n");
    }
  }

  Path blob(ModelName model, FileTag tag) {
    return blobs(model).resolve(tag.digits());
  }

  /** The file of the lock under which a blob is fetched; its folder is made. */
  Path lock(ModelName model, FileTag tag) throws IOException {
    return make(root.resolve(".locks", folder(model))).resolve(tag.digits() + ".lock");
  }

  /**
   * Makes a folder of the cache. Others may write a shared cache: no link in it is followed, for it
   * can lead anywhere. The cache itself may be one.
   */
  private Path make(Path folder) throws IOException {
    Files.createDirectories(root);
    Path made = root;
    for (Path name : root.relativize(folder)) {
      made = made.resolve(name);
      try {
        Files.createDirectory(made);
      } catch (FileAlreadyExistsException e) {
        InputException.require(
            Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS),
            made.toString(),
            "is a link, or no folder",
            "look at it, and remove it: nothing is fetched through links in the cache");
      }
    }
    return made;
  }

  /** The folder of a model at a commit, whether it is there or not. */
  Path snapshot(ModelName model, String commit) {
    return repository(model).resolve("snapshots", commit);
  }

  /** The folder of a model at the commit that its revision is, or was when the hub was asked. */
  Optional<Path> find(ModelName model) {
    Optional<String> commit =
        model.isCommit()
            ? Optional.of(model.revision())
            : commit(repository(model).resolve("refs", model.revision().split("/")));
    Optional<Path> folder =
        commit.map(name -> opened(snapshot(model, name))).filter(HubCache::isComplete);
    folder.ifPresent(snapshot -> requireInside(model, snapshot));
    return folder;
  }

  /** Whether a snapshot holds a file, which must not be a link out of the model's own folder. */
  boolean holds(ModelName model, Path snapshot, String name) {
    requireInside(model, snapshot.resolve(name).resolve("..").normalize());
    return Files.exists(snapshot.resolve(name));
  }

  private void requireInside(ModelName model, Path snapshot) {
    InputException.require(
        isInside(repository(model), snapshot),
        snapshot.toString(),
        "is or holds a link that leads out of " + repository(model),
        "look at it, and remove it: the model is fetched again");
  }

  /** Whether a snapshot and what it holds lie in the folder of their model, links followed. */
  private static boolean isInside(Path repository, Path snapshot) {
    try {
      if (!Files.exists(snapshot, LinkOption.NOFOLLOW_LINKS)) {
        return true;
      }
      Path real = repository.toRealPath();
      List<Path> all = new ArrayList<>(List.of(snapshot));
      try (Stream<Path> files = Files.list(snapshot)) {
        files.forEach(all::add);
      }
      for (Path file : all) {
        // A link to nothing leads nowhere.
        if (Files.exists(file) && !file.toRealPath().startsWith(real)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Has a file of a folder be a blob: a relative link, or a copy where links cannot be made. */
  void link(ModelName model, String commit, RemoteFile file) throws IOException {
    Path place = snapshot(model, commit).resolve(file.name());
    Path folder = make(place.resolve("..").normalize());
    if (Files.exists(place)) {
      return;
    }
    Files.deleteIfExists(place);
    Path blob = blob(model, file.tag());
    try {
      Files.createSymbolicLink(place, folder.relativize(blob));
    } catch (FileAlreadyExistsException e) {
      // Another process has just made it.
      return;
    } catch (UnsupportedOperationException | IOException e) {
      AtomicFiles.write(place, out -> Files.copy(blob, out));
    }
  }

  void refer(ModelName model, String commit) throws IOException {
    if (!model.isCommit()) {
      Path ref = repository(model).resolve("refs", model.revision().split("/"));
      make(ref.resolve("..").normalize());
      AtomicFiles.writeText(ref, commit);
    }
  }

  List<CachedModel> models() throws IOException {
    List<CachedModel> models = new ArrayList<>();
    for (Path repository : folders(root)) {
      String folder = repository.getFileName().toString();
      if (folder.startsWith(PREFIX)) {
        Map<String, List<String>> refs = refs(repository.resolve("refs"));
        String name = folder.substring(PREFIX.length()).replace("--", "/");
        for (Path whole : folders(repository.resolve("snapshots"))) {
          String commit = whole.getFileName().toString();
          Path snapshot = opened(whole);
          models.add(
              new CachedModel(
                  name,
                  commit,
                  refs.getOrDefault(commit, List.of()),
                  bytes(snapshot),
                  snapshot,
                  isComplete(snapshot) && isInside(repository, snapshot)));
        }
      }
    }
    return models;
  }

  private Path repository(ModelName model) {
    return root.resolve(folder(model));
  }

  private static String folder(ModelName model) {
    return PREFIX + model.repository().replace("/", "--");
  }

  private Path blobs(ModelName model) {
    return repository(model).resolve("blobs");
  }

  /** What is opened of a snapshot: Docling's table model lies further inside. */
  private static Path opened(Path snapshot) {
    Path tables = snapshot.resolve(NeededFiles.TABLES);
    return Files.exists(tables.resolve(Config.TABLE_MODEL)) ? tables : snapshot;
  }

  /** Other clients fetch single files too: what they left is a model only with its weights. */
  private static boolean isComplete(Path folder) {
    if (AdapterFiles.isIn(folder)) {
      return Files.exists(folder.resolve(AdapterFiles.WEIGHTS));
    }
    String[] tables = folder.toFile().list((_, name) -> name.startsWith("tableformer_"));
    if (tables != null && tables.length > 0) {
      return Files.exists(folder.resolve(Config.TABLE_MODEL));
    }
    return Files.exists(folder.resolve(NeededFiles.CONFIG))
        && NeededFiles.WEIGHTS.stream()
            .map(folder::resolve)
            .filter(Files::exists)
            .findFirst()
            .map(HubCache::hasShards)
            .orElse(false);
  }

  private static boolean hasShards(Path weights) {
    String name = weights.getFileName().toString();
    if (!name.endsWith(".json")) {
      return true;
    }
    try {
      return ShardIndex.files(weights, NeededFiles.ending(name)).keySet().stream()
          .allMatch(Files::exists);
    } catch (InputException e) {
      return false;
    }
  }

  private static Optional<String> commit(Path ref) {
    try {
      if (!Files.isRegularFile(ref) || Files.size(ref) > LONGEST_REF) {
        return Optional.empty();
      }
      return Optional.of(Files.readString(ref).strip()).filter(ModelName::isCommit);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Map<String, List<String>> refs(Path folder) throws IOException {
    Map<String, List<String>> refs = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder, 6)) {
        for (Path file : files.sorted().toList()) {
          String name = folder.relativize(file).toString().replace('\\', '/');
          commit(file)
              .ifPresent(at -> refs.computeIfAbsent(at, key -> new ArrayList<>()).add(name));
        }
      }
    }
    return refs;
  }

  private static List<Path> folders(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> listed = Files.list(parent)) {
      return listed
          .filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
          .sorted()
          .toList();
    }
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
