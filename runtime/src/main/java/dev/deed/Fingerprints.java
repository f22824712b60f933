package dev.deed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Tensor;
import dev.deed.engine.SideThreads;
import dev.deed.files.Interruption;
import dev.deed.files.IoReason;
import dev.deed.model.HeadBasis;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.family.StoredTensors;
import dev.deed.model.spec.InputDigest;
import dev.deed.processing.grammar.JsonText;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of what a model was opened from. It is computed once, on a thread of its own, when
 * somebody first asks; opening a model notes sizes and times of its files alone. Safe for use from
 * many threads.
 */
final class Fingerprints {
  /** Files that make ids of texts, texts of ids, and numbers of pictures and sounds. */
  private static final List<String> READERS =
      List.of(
          ("added_tokens.json merges.txt preprocessor_config.json processor_config.json"
                  + " sentencepiece.bpe.model source.spm special_tokens_map.json spiece.model"
                  + " target.spm target_vocab.json tokenizer.json tokenizer_config.json vocab.json")
              .split(" "));

  /** Keys of {@code config.json} that say nothing of what the model computes. */
  private static final List<String> ASIDE =
      List.of("_name_or_path", "assistant", "audio_context", "exits", "transformers_version");

  private static final int CHUNK = 1 << 16;

  /** What tells a file from one that took its place. */
  private record Stamp(long bytes, FileTime changed, @Nullable Object key) {}

  /**
   * @param model see {@link Receipt#model}
   * @param tokenizer see {@link Receipt#tokenizer}
   */
  record Sums(String model, String tokenizer) {}

  private final Path folder;
  private final @Nullable Path adapter;
  private final ObjectNode config;
  private final List<Map<String, Stamp>> opened;
  private @Nullable FutureTask<Sums> task;

  /**
   * @param model as it was opened
   * @param named what was opened: its folder, or that of an adapter
   * @param adapter folder of the LoRA adapter that was stated; null without
   */
  Fingerprints(ModelFolder model, Path named, @Nullable Path adapter) {
    this.folder = model.path();
    this.adapter = folder.equals(named) ? adapter : named;
    this.config = model.config().json();
    this.opened = stamps();
  }

  /** Begins, so that the sums are there when they are needed. */
  synchronized FutureTask<Sums> begin() {
    if (task == null) {
      task = new FutureTask<>(this::compute);
      Thread.ofPlatform().daemon().name("deed-fingerprints").start(task);
    }
    return task;
  }

  /**
   * The sums.
   *
   * @throws InputException when the folder's files are not those that were opened
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  Sums sums() {
    try {
      return SideThreads.get(begin(), null);
    } catch (InterruptedException e) {
      throw Interruption.stopped(e, "ask again");
    }
  }

  private Sums compute() throws IOException {
    requireUnchanged();
    Sums sums = new Sums(model(), readers());
    requireUnchanged();
    return sums;
  }

  private void requireUnchanged() {
    InputException.require(
        stamps().equals(opened),
        folder.toString(),
        "was changed since it was opened, so its weights have no sum",
        "open it again");
  }

  private List<Map<String, Stamp>> stamps() {
    return Stream.of(folder, adapter).filter(Objects::nonNull).map(Fingerprints::stamps).toList();
  }

  private static Map<String, Stamp> stamps(Path folder) {
    Map<String, Stamp> stamps = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        boolean counts =
            READERS.contains(name) || name.endsWith(".safetensors") || name.endsWith(".bin");
        if (counts && !name.equals(HeadBasis.FILE) && Files.isRegularFile(file)) {
          BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
          stamps.put(name, new Stamp(is.size(), is.lastModifiedTime(), is.fileKey()));
        }
      }
      return stamps;
    } catch (IOException | UncheckedIOException e) {
      String reason =
          e instanceof IOException io ? IoReason.of(io) : String.valueOf(e.getMessage());
      throw new InputException(
          folder.toString(), "cannot be listed (" + reason + ")", "check that it may be read");
    }
  }

  private String model() {
    MessageDigest digest = InputDigest.sha256();
    ObjectNode kept = config.deepCopy();
    kept.remove(ASIDE);
    putLine(digest, kept);
    StoredTensors.read(folder, adapter, tensor -> put(digest, tensor));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void put(MessageDigest digest, Tensor tensor) {
    ArrayNode head =
        JsonNodeFactory.instance.arrayNode().add(tensor.name()).add(tensor.type().name());
    tensor.shape().forEach(head.addArray()::add);
    putLine(digest, head);
    byte[] bytes = new byte[CHUNK];
    long size = tensor.data().size();
    for (long at = 0; at < size; at += CHUNK) {
      int some = (int) Math.min(CHUNK, size - at);
      tensor.data().read(at, MemorySegment.ofArray(bytes).asSlice(0, some));
      digest.update(bytes, 0, some);
    }
  }

  private String readers() throws IOException {
    MessageDigest digest = InputDigest.sha256();
    OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
    for (String name : READERS) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        putLine(digest, JsonNodeFactory.instance.arrayNode().add(name).add(Files.size(file)));
        Files.copy(file, out);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void putLine(MessageDigest digest, JsonNode value) {
    digest.update((JsonText.CANONICAL.of(value) + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
