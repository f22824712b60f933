package dev.deed.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A tiny model on a hub of this machine, and an empty cache. */
abstract class HubFixture {
  static final Path TINY = Path.of("../core/src/test/resources/golden/exits/bart/model");
  static final String WEIGHTS = "model.safetensors";
  static final URI NOBODY = URI.create("http://127.0.0.1:9");

  @TempDir Path cache;

  final LoopbackHub hub = new LoopbackHub();
  final List<String> warnings = new ArrayList<>();
  final List<FetchProgress> told = new ArrayList<>();
  int patience = Integer.MAX_VALUE;

  final FetchListener listener =
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

  final ModelHub at(URI endpoint, @Nullable String token, boolean offline) {
    return new ModelHub(new HubSettings(endpoint, cache, token, offline));
  }

  final byte[] weights() {
    return Objects.requireNonNull(hub.files.get(WEIGHTS));
  }

  final Path fetch() {
    return at(hub.address(), null, false).fetch(LoopbackHub.MODEL, listener);
  }

  final Path blob(String digits) {
    return cache.resolve("models--org--tiny", "blobs", digits);
  }

  /** A name that a part of a blob can have. */
  static String part(byte[] content, int number) {
    return LoopbackHub.sha256(content) + ".deed-%016x.part".formatted(number);
  }

  final void assertRefused(String... words) {
    assertThatThrownBy(this::fetch)
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(words);
    assertThat(at(hub.address(), null, true).find(LoopbackHub.MODEL)).isEmpty();
  }
}
