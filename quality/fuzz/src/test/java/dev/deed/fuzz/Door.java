package dev.deed.fuzz;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What is fuzzed, and the files of the repository that a run begins with. */
enum Door {
  SAFETENSORS(SafetensorsFuzz.class, List.of()),
  TORCH(TorchFuzz.class, List.of("core/src/test/resources/torch/*.bin")),
  PICKLE(PickleFuzz.class, List.of()),
  CONFIG(
      ConfigFuzz.class,
      List.of(
          "core/src/test/resources/golden/exits/*/model/config.json",
          "models/*/config.json",
          "models/*/preprocessor_config.json",
          "extensions/train/src/main/resources/dev/deed/train/presets/*.json")),
  TOKENIZER(
      TokenizerFuzz.class,
      List.of("models/*/tokenizer.json", "io/src/test/resources/tokenizers/*.json")),
  STEPS(StepsFuzz.class, List.of()),
  SENTENCEPIECE(SentencePieceFuzz.class, List.of("io/src/test/resources/folders/*/*.{model,spm}")),
  VOCABULARY(VocabularyFuzz.class, List.of()),
  PICTURE(
      PictureFuzz.class,
      List.of("io/src/test/resources/pictures/*.{png,jpg,gif,bmp,webp,tif,tiff}")),
  PNG(PngFuzz.class, List.of("io/src/test/resources/pictures/*.png")),
  JPEG(JpegFuzz.class, List.of()),
  PAGE(PageFuzz.class, List.of()),
  SOUND(SoundFuzz.class, List.of("io/src/test/resources/sounds/*.{wav,au}")),
  /** What the program ffmpeg reads. */
  COMPRESSED(
      SoundFuzz.class,
      List.of(
          "extensions/sound/src/test/resources/sounds/*.{mp3,m4a,mp4,mov,aac,ogg,oga,opus,webm,mka}",
          "io/src/test/resources/sounds/*.{flac,aiff}")),
  HEADER(HeaderFuzz.class, List.of()),
  MODEL(ModelFuzz.class, List.of()),
  GENERATION(GenerationFuzz.class, List.of()),
  CONSTRAINT(ConstraintFuzz.class, List.of()),
  SERVED(ServedFuzz.class, List.of()),
  REQUEST(RequestFuzz.class, List.of()),
  FORM(FormFuzz.class, List.of()),
  RECORDING(RecordingFuzz.class, List.of()),
  LINES(LinesFuzz.class, List.of("models/*/samples/*.jsonl")),
  TABLE(TableFuzz.class, List.of());

  private static final long MAX_SEED = 32 << 10;

  static final Path ROOT = Path.of(System.getProperty("deed.root", "..")).toAbsolutePath();

  private final Class<?> target;
  private final List<String> globs;

  Door(Class<?> target, List<String> globs) {
    this.target = target;
    this.globs = globs;
  }

  /** The class with {@code fuzzerTestOneInput}. */
  Class<?> target() {
    return target;
  }

  /** Its name in commands and folders. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Inputs to begin with: small files of the repository, then those of earlier findings, each in
   * the order of their paths.
   */
  List<Path> inputs() throws IOException {
    List<Path> inputs = new ArrayList<>();
    FileSystem files = FileSystems.getDefault();
    for (String glob : globs) {
      PathMatcher matcher = files.getPathMatcher("glob:" + ROOT.resolve(glob));
      Path start = ROOT.resolve(glob.substring(0, glob.lastIndexOf('/', glob.indexOf('*'))));
      if (Files.isDirectory(start)) {
        try (Stream<Path> all = Files.walk(start)) {
          all.filter(path -> matcher.matches(path) && path.toFile().length() <= MAX_SEED)
              .sorted()
              .forEach(inputs::add);
        }
      }
    }
    Path cases = ROOT.resolve("quality/fuzz/src/test/resources/cases").resolve(id());
    if (Files.isDirectory(cases)) {
      try (Stream<Path> all = Files.list(cases)) {
        all.sorted().forEach(inputs::add);
      }
    }
    return inputs;
  }
}
