package dev.deed.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HubSettingsTest {
  @TempDir Path user;

  private HubSettings of(Map<String, String> environment) {
    return HubSettings.of(environment, user);
  }

  @Test
  void theCacheIsWhereOtherClientsHaveIt() {
    assertThat(of(Map.of()).cache()).isEqualTo(user.resolve(".cache/huggingface/hub"));
    assertThat(of(Map.of("XDG_CACHE_HOME", "/x")).cache()).isEqualTo(Path.of("/x/huggingface/hub"));
    assertThat(of(Map.of("XDG_CACHE_HOME", "/x", "HF_HOME", "~/h")).cache())
        .isEqualTo(user.resolve("h/hub"));
    assertThat(of(Map.of("HF_HOME", "/h", "HF_HUB_CACHE", "/c")).cache()).isEqualTo(Path.of("/c"));
  }

  @Test
  void theTokenOfTheVariableComesBeforeThatOfTheFile() throws IOException {
    Map<String, String> home = Map.of("HF_HOME", user.toString());
    assertThat(of(home).token()).isNull();
    Files.writeString(user.resolve("token"), "of_file\n");
    assertThat(of(home).token()).isEqualTo("of_file");
    HubSettings both = of(Map.of("HF_HOME", user.toString(), "HF_TOKEN", "of_variable"));
    assertThat(both.token()).isEqualTo("of_variable");
    assertThat(both.toString()).doesNotContain("of_variable");
    assertThatThrownBy(() -> of(Map.of("HF_TOKEN", "two words"))).hasMessageContaining("HF_TOKEN");
  }

  @Test
  void offlineIsYesInAnyCase() {
    assertThat(of(Map.of("HF_HUB_OFFLINE", "true")).offline()).isTrue();
    assertThat(of(Map.of("HF_HUB_OFFLINE", "0")).offline()).isFalse();
  }

  @Test
  void theEndpointHasNoSlashAtItsEnd() {
    assertThat(of(Map.of("HF_ENDPOINT", "http://127.0.0.1:8000/")).endpoint())
        .hasToString("http://127.0.0.1:8000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "file:///x", "http://", "http://u:p@x", "http://x?y", "http://x y"})
  void otherEndpointsAreRefused(String endpoint) {
    assertThatThrownBy(() -> of(Map.of("HF_ENDPOINT", endpoint)))
        .hasMessageContaining("is no address of a hub");
  }
}
