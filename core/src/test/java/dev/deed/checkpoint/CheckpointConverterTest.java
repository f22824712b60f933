package dev.deed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.checkpoint.CheckpointConverter.Summary;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointConverterTest {
  @TempDir Path folder = Path.of("");
  private Path source = Path.of("");
  private Path target = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    source = Files.createDirectories(folder.resolve("source"));
    target = folder.resolve("target");
    copyFixture("zip.bin", "pytorch_model.bin");
    Files.writeString(
        source.resolve("config.json"),
        "{\"model_type\": \"x\", \"torch_dtype\": \"float32\", \"encoder\": {\"dtype\": \"float32\"}}");
    Files.writeString(source.resolve("tokenizer.json"), "{}");
    Files.writeString(source.resolve("tf_model.h5"), "weights of others");
    Files.createDirectories(source.resolve("runs"));
  }

  private void copyFixture(String name, String to) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            CheckpointConverterTest.class.getResourceAsStream("/torch/" + name))) {
      Files.write(source.resolve(to), in.readAllBytes());
    }
  }

  private Summary convert(@Nullable DataType precision, KnownNames known, long shardBytes) {
    Storage storage = precision == null ? Storage.UNCHANGED : Storage.of(precision);
    return new CheckpointConverter(storage, known, shardBytes)
        .convert(source, target, (bytes, total) -> assertThat(bytes).isLessThanOrEqualTo(total));
  }

  private Summary convert(@Nullable DataType precision) {
    return convert(precision, KnownNames.NONE, Long.MAX_VALUE);
  }

  private Summary convertKnowing(Set<String> usual, Set<String> others) {
    return convert(null, new KnownNames(usual, others), Long.MAX_VALUE);
  }

  private static Tensor tensor(SafetensorsFile file, String name) {
    return Objects.requireNonNull(file.tensors().get(name), name);
  }

  @Test
  void keepsTypesAndCopiesWhatIsNoWeight() throws IOException {
    Summary summary = convert(null);
    assertThat(summary.files()).containsExactly("model.safetensors");
    assertThat(summary.copied()).containsExactly("config.json", "tokenizer.json");
    assertThat(summary.leftOut()).containsExactly("pytorch_model.bin", "runs", "tf_model.h5");
    assertThat(target.resolve("config.json"))
        .hasSameTextualContentAs(source.resolve("config.json"));
    try (SafetensorsFile file = SafetensorsFile.open(target.resolve("model.safetensors"))) {
      assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
      assertThat(file.tensors()).hasSize(18);
      assertThat(tensor(file, "f64").type()).isEqualTo(DataType.F64);
      assertThat(tensor(file, "i64").toInts()).containsExactly(0, 1, 2, 3, 4);
      assertThat(tensor(file, "transposed").toFloats()).startsWith(-1, -.25f, .5f, 1.25f, -.875f);
    }
  }

  @Test
  void copiesNothingOfElsewhere() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "not of this model");
    Files.createSymbolicLink(source.resolve("notes.txt"), secret);
    assertThatThrownBy(() -> convert(null))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "notes.txt: is a link out of the folder; put the file in its place, or remove it");
    assertNothingWritten();
    Files.delete(source.resolve("notes.txt"));
    Files.createSymbolicLink(source.resolve("vocab.json"), Path.of("tokenizer.json"));
    assertThat(convert(null).copied()).contains("vocab.json");
  }

  /** There all files are links. */
  @Test
  void copiesASnapshotOfTheHub() throws IOException {
    Path blobs = Files.createDirectories(folder.resolve("models--x/blobs"));
    Path snapshot = Files.createDirectories(folder.resolve("models--x/snapshots/abc"));
    for (String name : new String[] {"config.json", "tokenizer.json", "pytorch_model.bin"}) {
      Files.move(source.resolve(name), blobs.resolve(name));
      Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs", name));
    }
    source = snapshot;
    assertThat(convert(null).copied()).containsExactly("config.json", "tokenizer.json");
    assertThat(target.resolve("config.json")).isRegularFile();
  }

  @Test
  void convertsNumbersWithAFractionAlone() throws IOException {
    convert(DataType.BF16);
    try (SafetensorsFile file = SafetensorsFile.open(target.resolve("model.safetensors"))) {
      byte[] bytes = new byte[4];
      tensor(file, "f64").data().read(0, MemorySegment.ofArray(bytes));
      assertThat(bytes).containsExactly(0xcd, 0x3d, 0, 0xc0);
      assertThat(tensor(file, "f64").data().size()).isEqualTo(bytes.length);
      assertThat(tensor(file, "f16").type()).isEqualTo(DataType.BF16);
      assertThat(tensor(file, "i64").type()).isEqualTo(DataType.I64);
      assertThat(tensor(file, "bool").type()).isEqualTo(DataType.BOOL);
    }
    assertThat(target.resolve("config.json")).content().contains("bfloat16").doesNotContain("32");
  }

  @Test
  void writesOfTiedNamesThoseThatTheModelReads() {
    Summary summary = convertKnowing(Set.of("tied.again", "scalar"), Set.of("tied.first"));
    assertThat(summary.tied()).isEqualTo(Map.of("tied.first", "tied.again"));
    assertThat(summary.tensors()).isEqualTo(17);
    target = folder.resolve("second");
    assertThat(convertKnowing(Set.of("scalar"), Set.of()).tied())
        .isEqualTo(Map.of("tied.again", "tied.first"));
    target = folder.resolve("alternative");
    assertThat(convertKnowing(Set.of("scalar"), Set.of("tied.again")).tied())
        .isEqualTo(Map.of("tied.first", "tied.again"));
    target = folder.resolve("both");
    assertThat(convertKnowing(Set.of("tied.again", "tied.first"), Set.of()).tied()).isEmpty();
    target = folder.resolve("neither");
    // Another tensor may have the usual name, so each of these places needs its own.
    assertThat(convertKnowing(Set.of("scalar"), Set.of("tied.again", "tied.first")).tied())
        .isEmpty();
  }

  @Test
  void writesShardsAndReadsThemAgain() {
    Summary summary = convert(null, KnownNames.NONE, 200);
    assertThat(summary.files().size()).isGreaterThan(2);
    assertThat(target.resolve("model.safetensors")).doesNotExist();
    source = target;
    target = folder.resolve("again");
    Summary again = convert(null);
    assertThat(again.files()).containsExactly("model.safetensors");
    assertThat(again.bytes()).isEqualTo(summary.bytes());
    assertThat(again.leftOut()).containsAll(summary.files());
  }

  @Test
  void readsShardsOfTorch() throws IOException {
    Files.move(source.resolve("pytorch_model.bin"), source.resolve("part-1.bin"));
    Files.writeString(
        source.resolve("pytorch_model.bin.index.json"),
        "{\"weight_map\": {\"scalar\": \"part-1.bin\"}}");
    assertThat(convert(null).tensors()).isEqualTo(18);
    copyFixture("zip.bin", "part-2.bin");
    Files.writeString(
        source.resolve("pytorch_model.bin.index.json"),
        "{\"weight_map\": {\"scalar\": \"part-1.bin\", \"f64\": \"part-2.bin\"}}");
    target = folder.resolve("twice");
    assertThatThrownBy(() -> convert(null)).hasMessageContaining("which another shard holds too");
    Files.writeString(
        source.resolve("pytorch_model.bin.index.json"),
        "{\"weight_map\": {\"scalar\": \"../part-1.bin\"}}");
    assertThatThrownBy(() -> convert(null)).hasMessageContaining("names the shard");
  }

  @Test
  void refusesNumbersBeyondThePrecision() throws IOException {
    Files.delete(source.resolve("pytorch_model.bin"));
    SafetensorsWriter.write(
        source.resolve("model.safetensors"),
        Map.of("w", new SafetensorsWriter.Entry(new int[] {2}, new float[] {1, 65_520})),
        Map.of());
    assertThatThrownBy(() -> convert(DataType.F16))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("65520")
        .hasMessageContaining("F16");
    assertNothingWritten();
    convert(DataType.BF16);
  }

  @Test
  void refusesWhatIsThereAndWhatIsNot() throws IOException {
    Files.createDirectories(target);
    Files.writeString(target.resolve("mine.txt"), "keep");
    assertThatThrownBy(() -> convert(null)).hasMessageContaining("is not empty");
    assertThat(target.resolve("mine.txt")).hasContent("keep");
    target = Files.writeString(folder.resolve("file"), "keep");
    assertThatThrownBy(() -> convert(null)).hasMessageContaining("is no folder");
    assertThat(target).hasContent("keep");
    target = folder.resolve("new");
    Files.delete(source.resolve("pytorch_model.bin"));
    assertThatThrownBy(() -> convert(null)).hasMessageContaining("holds no model.safetensors");
    assertNothingWritten();
  }

  private void assertNothingWritten() throws IOException {
    assertThat(target).doesNotExist();
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void roundsToTheNearest() throws IOException {
    float[] values = {1 + 1 / 256f, 1 + 3 / 256f, Float.NaN, Float.POSITIVE_INFINITY, -0f, 1e-40f};
    Files.delete(source.resolve("pytorch_model.bin"));
    SafetensorsWriter.write(
        source.resolve("model.safetensors"),
        Map.of("w", new SafetensorsWriter.Entry(new int[] {6}, values)),
        Map.of());
    convert(DataType.BF16);
    try (SafetensorsFile file = SafetensorsFile.open(target.resolve("model.safetensors"))) {
      float[] read = tensor(file, "w").toFloats();
      // Ties go to the even last bit: down to 1, up to 1 + 4/256.
      assertThat(List.of(read[0], read[1])).isEqualTo(List.of(1f, 1 + 4 / 256f));
      assertThat(read[2]).isNaN();
      assertThat(read[3]).isInfinite();
      assertThat(Float.floatToRawIntBits(read[4])).isEqualTo(Float.floatToRawIntBits(-0f));
      assertThat(read[5]).isEqualTo(Float.intBitsToFloat(0x00010000));
    }
  }
}
