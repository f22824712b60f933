package dev.deed.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Spark in the JVM of the tests, with two tasks at a time, and what tests ask. */
final class LocalSpark {
  static final String QUESTION = "what is the markup of this screenshot?";

  private static final Path ROOT = Path.of(System.getProperty("deed.root", ".."));

  private LocalSpark() {}

  /** The session of this JVM; it begins anew where a test has stopped it. */
  static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("deed-spark")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate();
  }

  static Path model() {
    return ROOT.resolve("models/ofa-tasks").toAbsolutePath().normalize();
  }

  /** Pictures that ship with a model, by name. */
  static List<Path> pictures() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("models/screenshot-markup/samples"))) {
      return files.filter(file -> file.toString().endsWith(".png")).sorted().toList();
    }
  }

  /** A folder with each picture several times. */
  static Path folder(Path parent, int times) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("pages"));
    for (int i = 0; i < times; i++) {
      for (Path picture : pictures()) {
        Files.copy(picture, folder.resolve(i + "-" + picture.getFileName()));
      }
    }
    return folder;
  }

  /** Files as Spark reads them, with a question to each. */
  static Dataset<Row> files(Path folder) {
    return session()
        .read()
        .format("binaryFile")
        .load(folder.toString())
        .selectExpr("path", "content", "'" + QUESTION + "' as question");
  }

  static DeedTransformer reader() {
    return new DeedTransformer()
        .setModel(model().toString())
        .setImageCol("content")
        .setPromptCol("question");
  }
}
