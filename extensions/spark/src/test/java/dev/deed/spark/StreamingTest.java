package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder into which pictures arrive, with Structured Streaming. */
class StreamingTest {
  @TempDir Path place;

  @Test
  void picturesAreAnsweredAsTheyArrive() throws Exception {
    Path arriving = Files.createDirectories(place.resolve("arriving"));
    List<Path> pictures = LocalSpark.pictures();
    SparkSession spark = LocalSpark.session();
    Dataset<Row> files =
        spark
            .readStream()
            .format("binaryFile")
            .schema("path STRING, modificationTime TIMESTAMP, length LONG, content BINARY")
            .load(arriving.toString())
            .selectExpr("path", "content", "'" + LocalSpark.QUESTION + "' as question");
    StreamingQuery query =
        LocalSpark.reader()
            .setHandleInvalid("keep")
            .transform(files)
            .select("path", "answer.*")
            .writeStream()
            .format("memory")
            .queryName("answers")
            .option("checkpointLocation", place.resolve("checkpoint").toString())
            .start();
    try {
      arrive(pictures.get(0), arriving.resolve("first.png"));
      query.processAllAvailable();
      assertThat(answers(spark)).containsExactly("first.png true");

      arrive(pictures.get(1), arriving.resolve("second.png"));
      Files.writeString(place.resolve("broken"), "no picture");
      arrive(place.resolve("broken"), arriving.resolve("third.png"));
      query.processAllAvailable();
      assertThat(answers(spark))
          .containsExactly("first.png true", "second.png true", "third.png false");
    } finally {
      query.stop();
    }
  }

  /** Files appear whole, as streams need it. */
  private void arrive(Path file, Path target) throws Exception {
    Files.move(Files.copy(file, place.resolve("on-its-way")), target);
  }

  private static List<String> answers(SparkSession spark) {
    return spark
        .sql(
            "select concat(substring_index(path, '/', -1), ' ', text is not null and error is null)"
                + " from answers order by 1")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
