package dev.deed.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelHubTest {
  private static final Path TINY = Path.of("../core/src/test/resources/golden/exits/bart/model");
  private static final String WEIGHTS = "model.safetensors";
  private static final URI NOBODY = URI.create("http://127.0.0.1:9");

  @TempDir Path cache;

  private final LoopbackHub hub = new LoopbackHub();
  private final List<String> warnings = new ArrayList<>();
  private final List<FetchProgress> told = new ArrayList<>();
  private int patience = Integer.MAX_VALUE;

  private final FetchListener listener =
      new FetchListener() {
        @Override
        public boolean progressed(FetchProgress progress) {
          told.add(progress);
          return told.size() < patience;
        }

        @Override
        public void warned(String line) {
          warnings.add(line);
        }
      };

  @BeforeEach
  void publish() throws IOException {
    for (String name : List.of("config.json", WEIGHTS)) {
      hub.files.put(name, Files.readAllBytes(TINY.resolve(name)));
    }
    hub.files.put("README.md", new byte[10]);
    hub.files.put("pytorch_model.bin", new byte[10]);
    hub.files.put("onnx/model.onnx", new byte[10]);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private ModelHub at(URI endpoint, @Nullable String token, boolean offline) {
    return new ModelHub(new HubSettings(endpoint, cache, token, offline));
  }

  private byte[] weights() {
    return Objects.requireNonNull(hub.files.get(WEIGHTS));
  }

  private Path fetch() {
    return at(hub.address(), null, false).fetch(LoopbackHub.MODEL, listener);
  }

  private Path blob(String digits) {
    return cache.resolve("models--org--tiny", "blobs", digits);
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(this::fetch)
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(words);
    assertThat(at(hub.address(), null, true).find(LoopbackHub.MODEL)).isEmpty();
  }

  @Test
  void whatAModelNeedsComesIntoTheSharedCache() throws IOException {
    Path folder = fetch();
    assertThat(folder).isEqualTo(cache.resolve("models--org--tiny/snapshots/" + hub.commit));
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("config.json", WEIGHTS);
    Path weights = folder.resolve(WEIGHTS);
    assertThat(Files.readSymbolicLink(weights))
        .isEqualTo(Path.of("../../blobs", LoopbackHub.sha256(weights())));
    assertThat(weights).hasBinaryContent(weights());
    assertThat(cache.resolve("models--org--tiny/refs/main")).hasContent(hub.commit);
    assertThat(cache.resolve("CACHEDIR.TAG")).content().startsWith("Signature: 8a477f597d28d172");
    assertThat(told.getFirst().bytes()).isZero();
    assertThat(told.getLast().bytes()).isEqualTo(told.getLast().total());
  }

  @Test
  void ofAnAdapterItsOwnFilesAreFetched() {
    byte[] config = "{\"peft_type\": \"LORA\"}".getBytes(StandardCharsets.UTF_8);
    hub.files.put("adapter_config.json", config);
    assertRefused("is an adapter without adapter_model.safetensors");
    hub.files.put("adapter_model.safetensors", new byte[10]);
    assertThat(fetch().toFile().list())
        .containsExactlyInAnyOrder("adapter_config.json", "adapter_model.safetensors");
    ModelHub offline = at(hub.address(), null, true);
    assertThat(offline.fetchAdapter(LoopbackHub.MODEL, listener)).isEqualTo(fetch());
  }

  @Test
  void doclingsTableModelIsTheOneThatItTakes() {
    String inside = "model_artifacts/tableformer/";
    hub.files.keySet().removeAll(List.of(WEIGHTS, "pytorch_model.bin"));
    for (String file : List.of("tm_config.json", "tableformer_accurate.safetensors", "x.pt")) {
      hub.files.put(inside + "accurate/" + file, file.getBytes(StandardCharsets.UTF_8));
      hub.files.put(inside + "fast/" + file, new byte[10]);
    }
    hub.files.put(inside + "accurate/tableformer_/../../../../../x.safetensors", new byte[10]);
    Path folder = fetch();
    assertThat(folder).endsWithRaw(Path.of(inside, "accurate"));
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("tm_config.json", "tableformer_accurate.safetensors");
    assertThat(folder.resolve("tm_config.json")).hasContent("tm_config.json");
    ModelHub offline = at(NOBODY, null, true);
    assertThat(offline.find(LoopbackHub.MODEL)).contains(folder);
    assertThat(offline.models())
        .singleElement()
        .satisfies(model -> assertThat(model.complete()).isTrue());
    assertThat(folder.resolve("tableformer_accurate.safetensors").toFile().delete()).isTrue();
    assertThat(offline.find(LoopbackHub.MODEL)).isEmpty();
  }

  @Test
  void anAdapterOfAnotherKindIsRefusedBeforeItsWeights() {
    byte[] config = "{\"peft_type\": \"IA3\"}".getBytes(StandardCharsets.UTF_8);
    hub.files.put("adapter_config.json", config);
    hub.files.put("adapter_model.safetensors", new byte[10]);
    assertRefused("peft_type", "IA3");
    assertThat(hub.log).noneMatch(line -> line.contains("adapter_model"));
  }

  @Test
  void aModelIsNoAdapter() {
    assertThatThrownBy(
            () -> at(hub.address(), null, false).fetchAdapter(LoopbackHub.MODEL, listener))
        .hasMessageContaining("has no adapter_config.json");
    assertThat(hub.log).noneMatch(line -> line.contains(WEIGHTS));
  }

  @Test
  void nothingIsFetchedTwice() {
    Path folder = fetch();
    long files = hub.requests("GET /" + LoopbackHub.MODEL);
    assertThat(fetch()).isEqualTo(folder);
    assertThat(hub.requests("GET /" + LoopbackHub.MODEL)).isEqualTo(files);
    hub.log.clear();
    assertThat(at(hub.address(), null, false).fetch(LoopbackHub.MODEL + "@" + hub.commit))
        .isEqualTo(folder);
    assertThat(hub.log).isEmpty();
  }

  @Test
  void aPlaceIsAFolderThatExistsOrAName() {
    ModelHub named = at(hub.address(), null, false);
    assertThat(named.folder(TINY.toString())).isEqualTo(TINY);
    assertThat(hub.log).isEmpty();
    assertThat(named.folder(LoopbackHub.MODEL)).isEqualTo(fetch());
    for (String neither : List.of("no/such/folder", "a\0b")) {
      assertThatThrownBy(() -> named.folder(neither))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("give a folder that exists");
    }
  }

  @Test
  void aMovedBranchIsFollowed() {
    Path before = fetch();
    hub.commit = "b".repeat(40);
    assertThat(fetch()).isNotEqualTo(before);
    assertThat(hub.requests("GET /" + WEIGHTS)).isEqualTo(1);
    assertThat(at(NOBODY, null, true).models())
        .extracting(CachedModel::refs)
        .containsExactly(List.of(), List.of("main"));
  }

  @Test
  void withoutTheHubTheCacheAnswers() {
    Path folder = fetch();
    assertThat(at(NOBODY, null, false).fetch(LoopbackHub.MODEL, listener)).isEqualTo(folder);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("cannot be asked", "copy in the cache");
    assertThat(at(hub.address(), null, true).fetch(LoopbackHub.MODEL)).isEqualTo(folder);
    assertThatThrownBy(() -> at(NOBODY, null, false).fetch("org/other"))
        .hasMessageContaining("cannot be fetched from " + NOBODY);
    assertThatThrownBy(() -> at(NOBODY, null, true).fetch("org/other"))
        .hasMessageContainingAll("org/other", "HF_HUB_OFFLINE");
  }

  @Test
  void whatIsInTheCacheInPartIsNoModel() throws IOException {
    Path folder = fetch();
    Files.delete(folder.resolve(WEIGHTS));
    assertThat(at(NOBODY, null, true).find(LoopbackHub.MODEL)).isEmpty();
    assertThat(at(NOBODY, null, true).models())
        .extracting(CachedModel::complete)
        .containsExactly(false);
  }

  @Test
  void shardsAreThoseOfTheIndex() {
    byte[] weights = weights();
    hub.files.remove(WEIGHTS);
    hub.files.put("model-1.safetensors", weights);
    hub.files.put("model-2.safetensors", weights);
    hub.files.put("model-unused.safetensors", weights);
    hub.files.put(
        NeededFiles.SAFETENSORS_INDEX,
        "{\"weight_map\": {\"a\": \"model-1.safetensors\", \"b\": \"model-2.safetensors\"}}"
            .getBytes(StandardCharsets.UTF_8));
    assertThat(fetch().toFile().list())
        .containsExactlyInAnyOrder(
            "config.json",
            NeededFiles.SAFETENSORS_INDEX,
            "model-1.safetensors",
            "model-2.safetensors");
    hub.files.remove("model-2.safetensors");
    hub.commit = "b".repeat(40);
    assertThatThrownBy(this::fetch).hasMessageContaining("lacks model-2.safetensors");
  }

  @Test
  void aCutConnectionIsGoneOnWith() {
    int third = weights().length / 3;
    hub.cuts.addAll(List.of(third, third));
    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(weights());
    assertThat(hub.log).anyMatch(line -> line.matches("GET /" + WEIGHTS + " bytes=[1-9]\\d*-"));
  }

  @Test
  void aBusyHubIsAskedAgain() {
    hub.busy.set(3);
    assertThat(fetch()).isDirectory();
  }

  @Test
  void aStoppedFetchLeavesWhatCame() throws IOException {
    patience = 2;
    assertThatThrownBy(this::fetch).isInstanceOf(CancellationException.class);
    patience = Integer.MAX_VALUE;
    byte[] weights = weights();
    Path[] left = parts();
    assertThat(left).hasSize(1);
    assertThat(weights).startsWith(Files.readAllBytes(left[0]));
    // As killed runs leave them: the longest is gone on with.
    Files.delete(left[0]);
    for (int bytes : List.of(1000, 10)) {
      Files.write(blob(part(weights, bytes)), Arrays.copyOf(weights, bytes));
    }
    fetch();
    assertThat(hub.log).contains("GET /" + WEIGHTS + " bytes=1000-");
    assertThat(parts()).isEmpty();
  }

  @Test
  void aDamagedRestIsFetchedAnew() throws IOException {
    byte[] weights = weights();
    Files.createDirectories(blob("x").getParent());
    Files.write(blob(part(weights, 1000)), new byte[1000]);
    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(weights);
  }

  private Path[] parts() throws IOException {
    try (Stream<Path> blobs = Files.list(blob("x").resolveSibling(""))) {
      return blobs.filter(blob -> blob.toString().endsWith(".part")).toArray(Path[]::new);
    }
  }

  /** A name that a part of a blob can have. */
  private static String part(byte[] content, int number) {
    return LoopbackHub.sha256(content) + ".deed-%016x.part".formatted(number);
  }

  /** Others may write a shared cache, and the hash is public. */
  @Test
  void linksThatArePlantedForPartsLeadNowhere(@TempDir Path other) throws IOException {
    byte[] weights = weights();
    String digits = LoopbackHub.sha256(weights);
    Path victim = Files.writeString(other.resolve("victim"), "mine");
    Files.createDirectories(blob(digits).getParent());
    Files.createSymbolicLink(blob(part(weights, 1)), victim);
    Files.createLink(blob(part(weights, 2)), victim);
    Files.createSymbolicLink(blob(digits + ".deed.incomplete"), victim);
    Files.createSymbolicLink(blob(digits + ".incomplete"), victim);
    Files.createSymbolicLink(blob(digits), victim);
    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(weights);
    assertThat(victim).hasContent("mine");
    assertThat(blob(digits)).isRegularFile().matches(blob -> !Files.isSymbolicLink(blob));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "models--org--tiny",
        "models--org--tiny/blobs",
        "models--org--tiny/snapshots",
        "models--org--tiny/refs",
        ".locks",
        ".locks/models--org--tiny"
      })
  void nothingIsFetchedThroughALinkToAFolder(String planted, @TempDir Path other)
      throws IOException {
    Path link = cache.resolve(planted);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, other);
    assertRefused(planted, "is a link, or no folder");
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void theCacheItselfMayBeALink(@TempDir Path other) throws IOException {
    Path link = Files.createSymbolicLink(other.resolve("cache"), cache);
    ModelHub linked = new ModelHub(new HubSettings(hub.address(), link, null, false));
    assertThat(linked.fetch(LoopbackHub.MODEL).resolve(WEIGHTS)).hasBinaryContent(weights());
    assertThat(linked.find(LoopbackHub.MODEL)).isPresent();
  }

  @Test
  void aSnapshotHoldsNoLinkOutOfItsModel(@TempDir Path other) throws IOException {
    Path folder = fetch();
    Path weights = folder.resolve(WEIGHTS);
    Files.delete(weights);
    Files.createSymbolicLink(weights, Files.write(other.resolve("weights"), weights()));
    for (ModelHub each : List.of(at(hub.address(), null, false), at(NOBODY, null, true))) {
      assertThatThrownBy(() -> each.fetch(LoopbackHub.MODEL))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("a link that leads out of");
    }
    assertThat(at(NOBODY, null, true).models())
        .extracting(CachedModel::complete)
        .containsExactly(false);
  }

  @Test
  void whatAnotherClientLeftIsHeldAgainstItsTagOnce() throws IOException {
    byte[] weights = weights();
    byte[] wrong = weights.clone();
    wrong[wrong.length - 1] ^= 1;
    Path blob = blob(LoopbackHub.sha256(weights));
    Files.createDirectories(blob.getParent());
    Files.write(blob, wrong);
    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(weights);
    Path folder = fetch();
    Files.delete(folder.resolve(WEIGHTS));
    long fetched = hub.requests("GET /" + WEIGHTS);
    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(weights);
    assertThat(hub.requests("GET /" + WEIGHTS)).isEqualTo(fetched);
  }

  @Test
  void whatLooksLikeAPathIsNotAskedFor() {
    ModelHub named = at(hub.address(), null, false);
    for (String path : List.of("model.gguf", "models/lora.SAFETENSORS", "sr", "pom.xm")) {
      assertThatThrownBy(() -> named.folder(path))
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll(path, "is no folder here", path + "@main");
    }
    assertThatThrownBy(() -> named.folder("sr")).hasMessageContaining("did you mean \"src\"?");
    assertThatThrownBy(() -> named.folder("org//tiny")).hasMessageContaining("is no name");
    assertThat(hub.log).isEmpty();
    assertThatThrownBy(() -> named.folder("model.gguf@main")).hasMessageContaining("is unknown");
    assertThatThrownBy(() -> named.folder("t5-small")).hasMessageContaining("is unknown");
    assertThat(hub.log).hasSize(2);
  }

  @Test
  void wrongBytesAreNotKept() {
    byte[] wrong = weights().clone();
    wrong[wrong.length - 1] ^= 1;
    hub.wrong.put(WEIGHTS, wrong);
    assertRefused(WEIGHTS, "other content than its tag says");
    hub.wrong.clear();
    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(weights());
  }

  @Test
  void moreBytesThanWereSaidAreRefused() {
    hub.headers.put(WEIGHTS, Map.of("X-Linked-Size", "1000"));
    assertRefused(WEIGHTS, "more bytes than the hub says");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"../../../x\"",
        "\"\"",
        "\"abc\"",
        "\"ABCDEF7890123456789012345678901234567890\""
      })
  void tagsThatAreNoHashAreRefused(String tag) {
    hub.headers.put("config.json", Map.of("ETag", tag));
    assertRefused("config.json", "tag that is no hash");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1e3", "99999999999999999999", ""})
  void sizesThatAreNoneAreRefused(String size) {
    hub.headers.put(WEIGHTS, Map.of("X-Linked-Size", size));
    assertRefused(WEIGHTS, "has no size");
  }

  @Test
  void moreThanTheDiskHoldsIsNotBegun() {
    hub.headers.put(WEIGHTS, Map.of("X-Linked-Size", "900000000000000"));
    assertRefused("needs 900000000 MB");
    assertThat(hub.requests("GET /" + WEIGHTS)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"file:///etc/hostname", "ftp://127.0.0.1/x", "http://u:p@127.0.0.1/x", "", ":"})
  void redirectsElsewhereAreRefused(String location) {
    hub.headers.put(WEIGHTS, Map.of("Location", location));
    assertRefused("hub http://127.0.0.1", "redirects to");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc", "main", "ABCDEF", ""})
  void commitsThatAreNoneAreRefused(String commit) {
    hub.commit = commit;
    assertThatThrownBy(this::fetch).hasMessageContaining("names no commit");
    assertThat(cache).isEmptyDirectory();
  }

  @Test
  void namesOfFilesWithPathsAreNotNeeded() {
    hub.more = List.of("../../evil", "/etc/evil", "a\\\\..\\\\b", "tokenizer.json/../x");
    assertThat(fetch().toFile().list()).containsExactlyInAnyOrder("config.json", WEIGHTS);
  }

  @Test
  void theFamilyIsKnownBeforeWeightsAreFetched() {
    hub.files.put("config.json", "{\"model_type\": \"llama\"}".getBytes(StandardCharsets.UTF_8));
    assertRefused("model_type \"llama\"", "which DEED does not know");
    assertThat(hub.requests("HEAD /" + LoopbackHub.MODEL + "/resolve/" + hub.commit + "/model"))
        .isZero();
  }

  @Test
  void theTokenOpensAndGoesToTheHubAlone() {
    hub.gated = true;
    assertRefused("is gated", "accept its terms", "HF_TOKEN");
    ModelHub withToken = at(hub.address(), LoopbackHub.TOKEN, false);
    assertThat(withToken.fetch(LoopbackHub.MODEL)).isDirectory();
    assertThat(hub.tokensElsewhere).hasValue(0);
    assertThatThrownBy(() -> withToken.fetch("org/none"))
        .hasMessageContainingAll("org/none", "is unknown", "or private")
        .hasMessageNotContaining(LoopbackHub.TOKEN);
    assertThatThrownBy(() -> withToken.fetch(LoopbackHub.MODEL + "@nowhere"))
        .hasMessageContaining("no revision \"nowhere\"");
  }
}
