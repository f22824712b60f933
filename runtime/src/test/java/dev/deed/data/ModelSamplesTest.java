package dev.deed.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.deed.data.ModelSamples.SamplePicture;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model folder from anywhere may show to others: pictures of its own, within bounds. */
final class ModelSamplesTest {
  private static final byte[] GIF = {'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0};

  @TempDir Path home = Path.of("");

  private Path folder = Path.of("");
  private Path samples = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    folder = home.resolve("model");
    samples = Files.createDirectories(folder.resolve("samples"));
    Files.write(home.resolve("private.gif"), GIF);
    Files.write(samples.resolve("own.gif"), GIF);
  }

  private ModelSamples of(String... images) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String image : images) {
      lines.append("{\"id\": 1, \"prompt\": \"p\", \"image\": \"" + image + "\"}\n");
    }
    Files.writeString(samples.resolve("samples.jsonl"), lines);
    return ModelSamples.read(folder);
  }

  @Test
  void picturesOfTheFolderAreRead() throws IOException {
    Files.write(folder.resolve("other.bin"), GIF);
    Files.createSymbolicLink(samples.resolve("link.png"), Path.of("own.gif"));
    ModelSamples read = of("own.gif", "../other.bin", "link.png");
    assertThat(read.leftOut()).isEmpty();
    assertThat(read.samples()).hasSize(3);
    SamplePicture picture = Objects.requireNonNull(read.samples().getFirst().picture());
    assertThat(picture.name()).isEqualTo("own.gif");
    assertThat(picture.mediaType()).isEqualTo("image/gif");
    assertThat(picture.bytes()).isEqualTo(GIF);
    // A link to the whole folder is how a user names it.
    Path link = Files.createSymbolicLink(home.resolve("named"), folder);
    assertThat(ModelSamples.read(link).samples()).hasSize(3);
  }

  @Test
  void otherFilesAreLeftOut() throws IOException {
    Files.createSymbolicLink(samples.resolve("link.gif"), home.resolve("private.gif"));
    Files.createSymbolicLink(samples.resolve("proc.gif"), Path.of("/proc/self/environ"));
    Files.createSymbolicLink(samples.resolve("zero.gif"), Path.of("/dev/zero"));
    Files.createSymbolicLink(samples.resolve("loop.gif"), Path.of("loop.gif"));
    Files.createSymbolicLink(samples.resolve("up"), home);
    Files.createDirectory(samples.resolve("folder.gif"));
    Files.writeString(samples.resolve("text.png"), "GIF, or not");
    for (String image :
        new String[] {
          "link.gif",
          "proc.gif",
          "zero.gif",
          "loop.gif",
          "up/private.gif",
          "../../private.gif",
          home.resolve("private.gif").toString(),
          "/proc/self/environ",
          "folder.gif",
          "text.png",
          "none.gif",
          "own.gif/none.gif"
        }) {
      ModelSamples read = of(image, "own.gif");
      assertThat(read.leftOut()).as(image).hasSize(1);
      assertThat(read.leftOut().getFirst()).startsWith("picture ").contains("; ");
      assertThat(read.samples()).as(image).hasSize(1);
    }
  }

  @Test
  void hugePicturesAndManyAreLeftOut() throws IOException {
    sparse(samples.resolve("huge.gif"), 100L << 30);
    assertThat(of("huge.gif").leftOut().getFirst()).contains("is larger than 8388608 bytes");
    String[] images = new String[5];
    for (int i = 0; i < images.length; i++) {
      images[i] = i + ".gif";
      sparse(samples.resolve(images[i]), ModelSamples.MOST_PICTURE_BYTES);
    }
    ModelSamples read = of(images);
    assertThat(read.samples()).hasSize(4);
    assertThat(read.leftOut().getFirst()).contains("makes the samples larger than 33554432 bytes");
    images = new String[1000];
    Arrays.fill(images, "own.gif");
    assertThat(of(images).samples()).hasSize(ModelSamples.MOST);
  }

  /** A picture by its first bytes, and the rest of it a hole. */
  private static void sparse(Path file, long size) throws IOException {
    Files.write(file, GIF);
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(size);
    }
  }

  @Test
  void aFileThatIsNoneOfTheFolderIsToldAndHoldsNobodyUp() throws IOException, InterruptedException {
    assertThat(ModelSamples.read(folder)).isEqualTo(new ModelSamples(List.of(), List.of()));
    Path file = samples.resolve("samples.jsonl");
    Path elsewhere = Files.writeString(home.resolve("lines.jsonl"), "{\"prompt\": \"private\"}");
    for (Path target : new Path[] {elsewhere, Path.of("/dev/zero"), home.resolve("none")}) {
      Files.createSymbolicLink(file, target);
      assertSkipped();
      Files.delete(file);
    }
    sparse(file, 100L << 30);
    assertSkipped();
    Files.delete(file);
    Files.createDirectory(file);
    assertSkipped();
    Files.delete(file);
    assumeTrue(
        new ProcessBuilder("mkfifo", file.toString()).start().waitFor() == 0, "skipped: no mkfifo");
    assertSkipped();
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThatThrownBy(() -> ModelSamples.inputs(folder))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("is no regular file"));
  }

  private void assertSkipped() {
    ModelSamples read =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(10), () -> ModelSamples.read(folder));
    assertThat(read.samples()).isEmpty();
    assertThat(read.leftOut()).hasSize(1);
    assertThat(read.leftOut().getFirst()).contains("samples.jsonl").contains("; ");
  }
}
