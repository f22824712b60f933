package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;

/** What the manifests say holds of the server; no cluster has read them. */
final class KubernetesTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("deed.root", "..")).resolve("tools/container");

  private static List<Map<String, Object>> yaml(String name) throws Exception {
    List<Map<String, Object>> all = new ArrayList<>();
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    for (Object one :
        new Yaml(new SafeConstructor(strict)).loadAll(Files.readString(FOLDER.resolve(name)))) {
      all.add(map(one));
    }
    return all;
  }

  private static List<Map<String, Object>> manifests(String name) throws Exception {
    List<Map<String, Object>> all = yaml(name);
    for (Map<String, Object> one : all) {
      assertThat(one).containsKeys("apiVersion", "kind", "metadata", "spec");
      assertThat(text(one, "metadata", "name")).isNotEmpty();
    }
    return all;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object node) {
    return (Map<String, Object>) node;
  }

  /** What lies at keys and places of lists. */
  private static Object at(Object node, Object... path) {
    Object found = node;
    for (Object step : path) {
      found =
          step instanceof Integer place
              ? ((List<?>) found).get(place)
              : Objects.requireNonNull(map(found).get(step), () -> step + " is missing");
    }
    return Objects.requireNonNull(found);
  }

  private static String text(Object node, Object... path) {
    return String.valueOf(at(node, path));
  }

  private static Map<String, Object> ofKind(String file, String kind) throws Exception {
    return manifests(file).stream()
        .filter(one -> kind.equals(one.get("kind")))
        .findFirst()
        .orElseThrow();
  }

  private static void check(Object container, String... probes) throws Exception {
    List<?> arguments = (List<?>) at(container, "args");
    assertThat(arguments.getFirst()).isEqualTo("serve");
    ServeCommand command = new ServeCommand();
    new CommandLine(command)
        .parseArgs(arguments.stream().skip(1).map(String::valueOf).toArray(String[]::new));
    assertThat(command.host).isEqualTo("0.0.0.0");
    assertThat(at(container, "ports", 0, "containerPort")).isEqualTo(command.port);
    assertThat(text(container, "image")).startsWith("deed:");
    assertThat(at(container, "resources", "limits", "memory"))
        .isEqualTo(at(container, "resources", "requests", "memory"));
    assertThat(at(container, "securityContext", "allowPrivilegeEscalation")).isEqualTo(false);
    assertThat(at(container, "securityContext", "readOnlyRootFilesystem")).isEqualTo(true);
    assertThat(text(container, "securityContext", "capabilities", "drop")).isEqualTo("[ALL]");
    String paths = description();
    for (String probe : probes) {
      assertThat(paths).contains("\n  " + text(container, probe, "httpGet", "path") + ":\n");
      assertThat(text(container, probe, "httpGet", "port")).isIn("http", "" + command.port);
    }
  }

  private static String description() throws Exception {
    try (InputStream in = ServeCommand.class.getResourceAsStream("/dev/deed/server/openapi.yaml")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theDeploymentStartsAServerThatIs() throws Exception {
    Map<String, Object> deployment = ofKind("kubernetes.yaml", "Deployment");
    Object pod = at(deployment, "spec", "template", "spec");
    Object container = at(pod, "containers", 0);
    check(container, "startupProbe", "readinessProbe", "livenessProbe");
    assertThat(at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
    assertThat(at(deployment, "spec", "selector", "matchLabels"))
        .isEqualTo(at(deployment, "spec", "template", "metadata", "labels"))
        .isEqualTo(at(ofKind("kubernetes.yaml", "Service"), "spec", "selector"));
    assertThat(text(ofKind("kubernetes.yaml", "Service"), "spec", "ports", 0, "targetPort"))
        .isEqualTo(text(container, "ports", 0, "name"));
    assertThat(text(pod, "volumes", 1, "persistentVolumeClaim", "claimName"))
        .isEqualTo(text(ofKind("kubernetes.yaml", "PersistentVolumeClaim"), "metadata", "name"));
    List<?> mounts = (List<?>) at(container, "volumeMounts");
    List<?> volumes = (List<?>) at(pod, "volumes");
    assertThat(mounts.stream().map(one -> map(one).get("name")).toList())
        .isEqualTo(volumes.stream().map(one -> map(one).get("name")).toList());
    ServeCommand command = new ServeCommand();
    assertThat((Integer) at(pod, "terminationGracePeriodSeconds"))
        .isGreaterThan(Integer.parseInt(argument(container, "--shutdown-timeout")))
        .isGreaterThan(command.shutdown);
  }

  private static String argument(Object container, String option) {
    List<?> arguments = (List<?>) at(container, "args");
    return String.valueOf(arguments.get(arguments.indexOf(option) + 1));
  }

  @Test
  void composeStartsAServerThatIs() throws Exception {
    Object service = at(yaml("compose.yaml").getFirst(), "services", "deed");
    List<String> words = ((List<?>) at(service, "command")).stream().map(String::valueOf).toList();
    assertThat(words.getFirst()).isEqualTo("serve");
    ServeCommand command = new ServeCommand();
    new CommandLine(command).parseArgs(words.stream().skip(1).toArray(String[]::new));
    assertThat(command.host).isEqualTo("0.0.0.0");
    assertThat(text(service, "ports", 0)).endsWith(":" + command.port);
    assertThat(text(service, "volumes", 0)).endsWith(":/models:ro");
    assertThat(words.get(1)).startsWith("/models/");
    assertThat(text(service, "stop_grace_period")).matches("\\d+s");
    assertThat(Integer.parseInt(text(service, "stop_grace_period").replace("s", "")))
        .isGreaterThan(command.shutdown);
    assertThat(text(service, "image")).startsWith("deed:");
    assertThat(at(service, "read_only")).isEqualTo(true);
    assertThat(text(service, "tmpfs")).isEqualTo("[/tmp]");
    assertThat(text(service, "cap_drop")).isEqualTo("[ALL]");
  }

  @Test
  void itScalesByAMetricThatIs() throws Exception {
    Map<String, Object> scaled = ofKind("keda.yaml", "ScaledObject");
    assertThat(text(scaled, "spec", "scaleTargetRef", "name"))
        .isEqualTo(text(ofKind("kubernetes.yaml", "Deployment"), "metadata", "name"));
    Object trigger = at(scaled, "spec", "triggers", 0, "metadata");
    assertThat(map(trigger)).containsOnlyKeys("serverAddress", "query", "threshold");
    String page =
        Files.readString(Path.of(System.getProperty("deed.root", "..")).resolve("docs/serving.md"));
    assertThat(text(trigger, "query")).isEqualTo("sum(deed_requests_waiting)");
    assertThat(page).contains("`deed_requests_waiting`");
  }
}
