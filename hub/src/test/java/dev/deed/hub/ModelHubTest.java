package dev.deed.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is fetched of a model, and what the cache gives. */
final class ModelHubTest extends HubFixture {
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
  void whatLooksLikeAPathIsNotAskedFor() {
    ModelHub named = at(hub.address(), null, false);
    for (String path : List.of("model.gguf", "models/lora.SAFETENSORS", "sr", "pom.xm")) {
      assertThatThrownBy(() -> named.folder(path))
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll(path, "is no folder here", path + "@main");
    }
    for (String path : List.of("models/text-lines", "src/model")) {
      assertThatThrownBy(() -> named.folder(path))
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll(path, "is no folder in /", path + "@main");
    }
    assertThatThrownBy(() -> named.folder("")).hasMessageContaining("is no name of a model");
    assertThatThrownBy(() -> named.folder("sr")).hasMessageContaining("did you mean \"src\"?");
    assertThatThrownBy(() -> named.folder("org//tiny")).hasMessageContaining("is no name");
    assertThat(hub.log).isEmpty();
    assertThatThrownBy(() -> named.folder("model.gguf@main")).hasMessageContaining("is unknown");
    assertThatThrownBy(() -> named.folder("t5-small")).hasMessageContaining("is unknown");
    assertThat(hub.log).hasSize(2);
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
