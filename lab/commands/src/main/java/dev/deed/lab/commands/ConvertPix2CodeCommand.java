package dev.deed.lab.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.cli.OutputOptions;
import dev.deed.cli.ProgressLine;
import dev.deed.lab.datasets.JsonLinesWriter;
import dev.deed.lab.datasets.Pix2CodeConverter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed convert pix2code}: pairs of markup and screenshot into a data set. */
@Command(
    name = "pix2code",
    description = {
      "Converts the published pix2code data (NAME.gui and NAME.png) into a data set.",
      "Examples with the same markup go to the same part. The data set appears whole or not at"
          + " all."
    },
    mixinStandardHelpOptions = true)
final class ConvertPix2CodeCommand implements Callable<Integer> {
  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Parameters(index = "0", paramLabel = "SOURCE", description = "Folder with the pairs.")
  Path source = Path.of("");

  @Parameters(index = "1", paramLabel = "TARGET", description = "New or empty folder.")
  Path target = Path.of("");

  @Option(
      names = "--val-share",
      paramLabel = "X",
      description = "Share of the examples for validation, 0 to 1 (default: ${DEFAULT-VALUE}).")
  double valShare = 0.05;

  @Option(
      names = "--test-share",
      paramLabel = "X",
      description = "Share of the examples for testing, 0 to 1 (default: ${DEFAULT-VALUE}).")
  double testShare = 0.1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides which example goes where (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  @Option(
      names = "--keep-blank",
      description = "Keep blank screenshots (default: they are left out).")
  boolean keepBlank;

  @Override
  public Integer call() {
    Pix2CodeConverter converter = new Pix2CodeConverter(valShare, testShare, seed, keepBlank);
    Pix2CodeConverter.Summary summary;
    try (ProgressLine progress = ProgressLine.of(common, "pictures", -1)) {
      summary = converter.convert(source, target, progress::to);
    }
    if (common.json) {
      ObjectNode json = JsonLinesWriter.object();
      json.put("train", summary.train()).put("val", summary.val()).put("test", summary.test());
      summary.blank().forEach(json.putArray("blank")::add);
      json.put("blank_kept", keepBlank);
      System.out.println(json);
    } else {
      System.out.printf(
          "%s: %d train, %d val, %d test%n",
          target, summary.train(), summary.val(), summary.test());
      if (!summary.blank().isEmpty()) {
        System.out.printf(
            "%d screenshots are blank and were %s%n",
            summary.blank().size(), keepBlank ? "kept" : "left out; --keep-blank keeps them");
      }
    }
    return 0;
  }
}
