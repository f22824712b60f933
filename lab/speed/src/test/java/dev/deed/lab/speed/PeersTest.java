package dev.deed.lab.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeersTest {
  @TempDir Path folder;

  @Test
  void asksTheScriptThatInstallsThem() throws IOException, InterruptedException {
    Path script = folder.resolve("peers.py");
    Path install = script("echo loading; echo 7 GB >&2; echo \"$0\"");
    assertThat(Peers.installed(install, script, true))
        .isEqualTo(new Peers(install.toString(), script));
    for (Path bad : List.of(script("echo x; exit 1"), script("exit 0"), folder.resolve("none"))) {
      assertThatThrownBy(() -> Peers.installed(bad, script, true))
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll("--peers", "cannot be installed", "--python");
    }
  }

  private Path script(String lines) throws IOException {
    Path script = Files.createTempFile(folder, "install", ".sh");
    Files.writeString(script, "#!/bin/sh\n" + lines + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script;
  }

  @Test
  void readsTheLastLine() {
    String row =
        """
        {"peer": "ct2-fp32", "median": {"encoder_ms": null, "first_token_ms": 48.0, \
        "decode_ms_per_token": 10.1}, "peak_rss_mib": 458, "first_ids": [5, 7], \
        "all_ids_sha": "1e258794ed04"}\
        """;
    Peers.Outcome outcome = Peers.outcome("loading\n" + row + "\n");
    assertThat(outcome)
        .isEqualTo(
            new Peers.Outcome.Measured(
                new Measurement(
                    Double.NaN,
                    List.of(
                        new Measurement.Run(new Took(48, Double.NaN), new Took(10.1, Double.NaN))),
                    Double.NaN,
                    458,
                    List.of(5, 7),
                    "1e258794ed04")));
  }

  @Test
  void tellsAbsentFromFailed() {
    assertThat(Peers.outcome("{\"error\": \"ModuleNotFoundError: No module named 'x'\"}"))
        .isEqualTo(new Peers.Outcome.Absent());
    assertThat(Peers.outcome("{\"unsupported\": \"no loader\"}"))
        .isEqualTo(new Peers.Outcome.Failed("no loader"));
    assertThat(Peers.outcome("")).isEqualTo(new Peers.Outcome.Failed("printed no figures"));
    assertThat(Peers.outcome("{")).isEqualTo(new Peers.Outcome.Failed("printed no JSON"));
    assertThat(Peers.outcome("Killed\n")).isEqualTo(new Peers.Outcome.Failed("printed no figures"));
  }
}
