import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.evaluation.EvaluationCharts;
import dev.deed.evaluation.speed.BenchChart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Draws the charts of lab/results anew from the raw figures beside them, after what draws them has
 * changed. NAME.png and NAME-exits.png are those of NAME.json in an archive of the folder raw.
 *
 * <pre>
 * ./deed --version    # builds what the class path names
 * java --add-modules jdk.incubator.vector -cp 'cli/target/deed/*' tools/redraw_charts/RedrawCharts.java \
 *     lab/results lab/results/bench
 * </pre>
 *
 * Pictures that no raw figures belong to are left alone.
 */
final class RedrawCharts {
  private static final String EXITS = "-exits.png";

  private RedrawCharts() {}

  public static void main(String[] folders) throws IOException {
    for (String folder : folders) {
      for (Path archive : files(Path.of(folder, "raw"), ".zip")) {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
          for (ZipEntry entry : zip.stream().toList()) {
            redraw(Path.of(folder), entry.getName(), zip.getInputStream(entry));
          }
        }
      }
    }
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static void redraw(Path folder, String entry, InputStream in) throws IOException {
    String name = entry.replaceFirst("\\.json$", "");
    Path costs = folder.resolve(name + ".png");
    Path exits = folder.resolve(name + EXITS);
    if (name.equals(entry) || !(Files.exists(costs) || Files.exists(exits))) {
      return;
    }
    JsonNode json = new ObjectMapper().readTree(in);
    if (json.has("parts")) {
      BenchChart.read(json).write(costs);
    } else {
      EvaluationCharts charts = EvaluationCharts.read(json);
      charts.writeCosts(costs);
      if (Files.exists(exits)) {
        charts.writeExits(exits);
      }
    }
    System.out.println(costs);
  }
}
