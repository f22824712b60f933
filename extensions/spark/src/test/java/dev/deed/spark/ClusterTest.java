package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar and the PySpark wrapper as users have them: {@code spark-submit} on two executors of one
 * core, no flags for their JVMs.
 */
class ClusterTest {
  private static final Path ROOT =
      Path.of(System.getProperty("deed.root", "..")).toAbsolutePath().normalize();
  private static final Path PYTHON = ROOT.resolve(".deed/pyspark/bin/python");
  private static final Path HOME = ROOT.resolve("extensions/spark/target/spark-home");
  private static final Path LOGS = HOME.resolve("work");
  private static final Pattern OPENED = Pattern.compile("deed: opened (.+) \\(\\d+ rows");

  @TempDir Path place;

  @Test
  void twoExecutorsAnswerAsTheModelDoes() throws Exception {
    assumeTrue(
        Files.exists(PYTHON),
        "skipped: the test of a Spark cluster needs PySpark in .deed/pyspark; tools/install_pyspark"
            + " brings it");
    Path folder = LocalSpark.folder(place, 3);
    Files.writeString(folder.resolve("1-broken.png"), "no picture");
    for (String other : List.of("lossy.webp", "rgb_lzw.tif")) {
      Files.copy(
          ROOT.resolve("io/src/test/resources/pictures").resolve(other), folder.resolve(other));
    }
    Path archive = zip(LocalSpark.model(), place.resolve("model.zip"));

    JsonNode found = submit(folder, archive);

    assertThat(found.get("uids")).hasSize(3).containsOnly(found.get("uids").get(0));
    assertThat(found.get("params").get("threshold").doubleValue()).isEqualTo(0.9);
    assertThat(found.get("params").get("handleInvalid").textValue()).isEqualTo("keep");
    assertThat(found.get("schema").textValue())
        .startsWith("IllegalArgumentException: ")
        .contains("image: column question is of the type string; give a column of bytes");
    assertThat(found.get("inputs").textValue())
        .contains("inputs image, prompt, words: are not read");
    assertThat(found.get("gone").textValue())
        .contains("parameter audioCol: is gone; set the input");
    assertThat(found.get("error").textValue())
        .containsPattern("row \\d+ of partition \\d+ \\(path file:.*/1-broken\\.png\\): picture ")
        .contains("or set handleInvalid to keep or skip");
    JsonNode counts = found.get("counts");
    assertThat(counts.get("rows_answered").intValue()).isEqualTo(found.get("shipped").size());
    assertThat(counts.get("rows_invalid").intValue()).isEqualTo(1);
    assertThat(counts.get("layers_run").intValue()).isGreaterThan(counts.get("tokens").intValue());
    try (var model = EncoderDecoderModel.open(LocalSpark.model(), 1)) {
      assertAnswers(
          found.get("keep"),
          folder,
          model,
          ExitSettings.own().with(ExitSetting.THRESHOLD, 0.9),
          true);
      assertAnswers(found.get("shipped"), folder, model, ExitSettings.own(), false);
    }
    assertThat(opened())
        .hasSize(2)
        .allSatisfy((_, models) -> assertThat(models).doesNotHaveDuplicates().hasSize(2));
  }

  private JsonNode submit(Path folder, Path archive) throws Exception {
    link();
    Path out = place.resolve("found.json");
    Path log = place.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
                HOME.resolve("bin/spark-submit").toString(),
                "--master",
                "local-cluster[2,1,1024]",
                "--conf",
                "spark.ui.enabled=false",
                "--jars",
                ROOT.resolve("extensions/spark/target/deed-spark.jar").toString(),
                "--py-files",
                ROOT.resolve("extensions/spark/src/main/python/deed_spark.py").toString(),
                "--archives",
                archive + "#shipped",
                ROOT.resolve("extensions/spark/src/test/python/cluster_job.py").toString(),
                LocalSpark.model().toString(),
                folder.toString(),
                out.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("PYSPARK_PYTHON", PYTHON.toString());
    builder.environment().put("SPARK_HOME", HOME.toString());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("ends in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(out).as("what the job wrote; its log: " + Files.readString(log)).exists();
    return new ObjectMapper().readTree(out.toFile());
  }

  /**
   * PySpark's Spark in a place of its own: executors of a local cluster keep their logs in {@code
   * work} there, whatever SPARK_WORKER_DIR says.
   */
  private static void link() throws IOException {
    Path installed;
    try (Stream<Path> files = Files.list(PYTHON.resolve("../../lib").normalize())) {
      installed = files.findFirst().orElseThrow().resolve("site-packages/pyspark");
    }
    Files.createDirectories(HOME);
    for (String part : List.of("bin", "jars", "python")) {
      Path link = HOME.resolve(part);
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, installed.resolve(part));
    }
    if (Files.exists(LOGS)) {
      try (Stream<Path> files = Files.walk(LOGS)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void assertAnswers(
      JsonNode rows, Path folder, EncoderDecoderModel model, ExitSettings exits, boolean kept)
      throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode row : rows) {
      String name = row.get("path").textValue().replaceFirst(".*/", "");
      names.add(name);
      if (name.equals("1-broken.png")) {
        assertThat(row.get("text").isNull()).isTrue();
        assertThat(row.get("error").textValue()).startsWith("picture: ");
        continue;
      }
      Generation truth =
          model.generate(
              Input.ofText(LocalSpark.QUESTION).withImage(folder.resolve(name)),
              GenerationOptions.defaults().withExits(exits));
      assertThat(row.get("text").textValue()).isEqualTo(truth.text());
      assertThat(row.get("token_ids").toString())
          .isEqualTo(truth.tokenIds().toString().replace(" ", ""));
      assertThat(row.get("exit_layers").toString())
          .isEqualTo(truth.exitLayers().toString().replace(" ", ""));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(names)
          .containsExactlyInAnyOrderElementsOf(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> kept || !name.equals("1-broken.png"))
                  .toList());
    }
  }

  /** Models that executors have opened, by the executor's log. */
  private Map<Path, List<String>> opened() throws IOException {
    Map<Path, List<String>> opened = new TreeMap<>();
    try (Stream<Path> files = Files.walk(LOGS)) {
      for (Path file : files.filter(path -> path.endsWith("stderr")).toList()) {
        List<String> models =
            OPENED
                .matcher(Files.readString(file))
                .results()
                .map(result -> result.group(1))
                .toList();
        // While an application ends, a local cluster starts executors that do nothing.
        if (!models.isEmpty()) {
          opened.put(file, models);
        }
      }
    }
    return opened;
  }

  private static Path zip(Path folder, Path archive) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive));
        Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(file.getFileName().toString()));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
    return archive;
  }
}
