package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.CheckpointConverter;
import dev.deed.checkpoint.CheckpointConverter.Progress;
import dev.deed.checkpoint.CheckpointConverter.Summary;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.DataType;
import dev.deed.checkpoint.KnownNames;
import dev.deed.checkpoint.Storage;
import dev.deed.data.GenerationJson;
import dev.deed.model.family.Int8Storage;
import dev.deed.model.family.ModelFamily;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed convert checkpoint}: weights of PyTorch or of another precision. */
@Command(
    name = "checkpoint",
    description = {
      "Writes a model folder again with its weights as model.safetensors.",
      "Reads pytorch_model.bin (without running anything in it) or safetensors, in one file or in"
          + " shards. The other files are copied. The folder appears whole or not at all."
    },
    mixinStandardHelpOptions = true)
final class ConvertCheckpointCommand implements Callable<Integer> {
  /** The size of a shard that Transformers 4 chose. */
  static final long SHARD_BYTES = 5_000_000_000L;

  private static final int MEGABYTE = 1_000_000;

  enum Precision {
    FP32,
    FP16,
    BF16,
    INT8
  }

  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Parameters(index = "0", paramLabel = "MODEL", descriptionKey = "MODEL")
  Path named = Path.of("");

  @Option(names = "--out", paramLabel = "FOLDER", required = true)
  Path target = Path.of("");

  @Option(names = "--precision", paramLabel = "P")
  @Nullable Precision precision;

  @Override
  public Integer call() {
    Path source = ModelPlace.folder(named, common, false);
    CheckpointConverter converter =
        new CheckpointConverter(storage(source), known(source), SHARD_BYTES);
    write(target, common, progress -> converter.convert(source, target, progress));
    return 0;
  }

  /** Has a folder written, tells how far it is, and prints what was written. */
  static void write(Path target, OutputOptions common, Function<Progress, Summary> writing) {
    Summary summary;
    try (ProgressLine progress = ProgressLine.of(common, "MB", -1)) {
      summary = writing.apply((bytes, total) -> progress.to(bytes / MEGABYTE, total / MEGABYTE));
    }
    if (common.json) {
      System.out.println(json(target, summary));
    } else {
      System.out.printf(
          "%s: %d tensors, %d MB in %s%n",
          target,
          summary.tensors(),
          summary.bytes() / MEGABYTE,
          String.join(", ", summary.files()));
      summary
          .tied()
          .forEach((name, kept) -> System.out.printf("%s is %s again: left out%n", name, kept));
    }
  }

  private Storage storage(Path source) {
    return switch (precision) {
      case null -> Storage.UNCHANGED;
      case FP32 -> Storage.of(DataType.F32);
      case FP16 -> Storage.of(DataType.F16);
      case BF16 -> Storage.of(DataType.BF16);
      case INT8 -> {
        InputException.require(
            !Files.exists(source.resolve(Config.TABLE_MODEL)),
            "--precision int8",
            "writes no TableFormer",
            "write fp16, or open the folder as it is with --precision int8");
        yield new Int8Storage(Config.read(source.resolve("config.json")));
      }
    };
  }

  /** What the model reads; nothing where its kind is not known: then every tensor is kept. */
  private static KnownNames known(Path source) {
    Path config = source.resolve("config.json");
    if (!Files.exists(config)) {
      return KnownNames.NONE;
    }
    try {
      return ModelFamily.describe(Config.read(config)).tensorNames();
    } catch (InputException e) {
      return KnownNames.NONE;
    }
  }

  private static ObjectNode json(Path target, Summary summary) {
    ObjectNode json = GenerationJson.object();
    json.put("out", target.toString());
    json.put("tensors", summary.tensors()).put("bytes", summary.bytes());
    summary.files().forEach(json.putArray("files")::add);
    summary.copied().forEach(json.putArray("copied")::add);
    summary.leftOut().forEach(json.putArray("left_out")::add);
    summary.tied().forEach(json.putObject("tied")::put);
    return json;
  }
}
