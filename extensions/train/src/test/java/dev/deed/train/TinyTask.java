package dev.deed.train;

import dev.deed.train.TrainingRecipe.LearningRateSchedule;
import dev.deed.train.TrainingRecipe.PictureShift;
import dev.deed.train.torch.TorchDevice;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/** Made-up data small enough to learn something of in seconds, and presets to match. */
final class TinyTask {
  private static final String[] WORDS = {"red", "green", "blue", "white", "black", "grey"};

  /** Of the first words. */
  private static final int[] COLOURS = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff};

  private TinyTask() {}

  /** Prompts of words, their reverse as targets. */
  static Path text(Path folder, int examples) throws IOException {
    for (String file : new String[] {"train.jsonl", "val.jsonl"}) {
      Random random = new Random(file.hashCode());
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < examples; i++) {
        String a = WORDS[random.nextInt(WORDS.length)];
        String b = WORDS[random.nextInt(WORDS.length)];
        String c = random.nextBoolean() ? " " + WORDS[random.nextInt(WORDS.length)] : "";
        lines.append("{\"prompt\": \"%s %s%s\", \"target\": \"%s %s\"}\n".formatted(a, b, c, b, a));
      }
      Files.writeString(folder.resolve(file), lines);
    }
    return folder;
  }

  /** Pictures of two bars, their colours as targets; the first picture is blank. */
  static Path pictures(Path folder, int examples) throws IOException {
    return pictures(folder, examples, false);
  }

  /**
   * Pictures of two bars, their colours as targets; the first picture is blank.
   *
   * @param sizes whether every third has another size
   */
  static Path pictures(Path folder, int examples, boolean sizes) throws IOException {
    for (String file : new String[] {"train", "val"}) {
      Random random = new Random(file.hashCode());
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < examples; i++) {
        int left = i == 0 ? 3 : random.nextInt(4);
        int right = i == 0 ? 3 : (left + 1 + random.nextInt(3)) % 4;
        String name = file + i + ".png";
        bars(folder.resolve(name), left, right, sizes && i % 3 == 0);
        lines.append(
            "{\"image\": \"%s\", \"target\": \"%s %s\"}\n"
                .formatted(name, WORDS[left], WORDS[right]));
      }
      Files.writeString(folder.resolve(file + ".jsonl"), lines);
    }
    return folder;
  }

  /** Pages of two words with their picture; the prompt asks for the word on one side. */
  static Path pages(Path folder, int examples) throws IOException {
    for (String file : new String[] {"train", "val"}) {
      Random random = new Random(file.hashCode());
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < examples; i++) {
        int left = random.nextInt(3);
        int right = (left + 1 + random.nextInt(2)) % 3;
        boolean leftFirst = random.nextBoolean();
        boolean asksLeft = random.nextBoolean();
        String name = file + i + ".png";
        bars(folder.resolve(name), left, right, false);
        String leftWord = word(WORDS[left], 2 + random.nextInt(3));
        String rightWord = word(WORDS[right], 18 + random.nextInt(3));
        lines.append(
            "{\"prompt\": \"%s%s\", \"image\": \"%s\", \"width\": 32, \"height\": 32, "
                    .formatted(asksLeft ? "left" : "right", i % 3 == 0 ? " please" : "", name)
                + "\"ocr\": [%s, %s], \"target\": \"%s\"}\n"
                    .formatted(
                        leftFirst ? leftWord : rightWord,
                        leftFirst ? rightWord : leftWord,
                        WORDS[asksLeft ? left : right]));
      }
      Files.writeString(folder.resolve(file + ".jsonl"), lines);
    }
    return folder;
  }

  /**
   * Pictures of two bars in two sizes, one of which the processor has to pad; the prompt asks for
   * the colour on one side. The first picture is blank.
   */
  static Path questions(Path folder, int examples) throws IOException {
    for (String file : new String[] {"train", "val"}) {
      Random random = new Random(file.hashCode());
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < examples; i++) {
        int left = i == 0 ? 3 : random.nextInt(3);
        int right = i == 0 ? 3 : (left + 1 + random.nextInt(2)) % 3;
        boolean asksLeft = random.nextBoolean();
        String name = file + i + ".png";
        bars(folder.resolve(name), left, right, i % 3 == 0);
        lines.append(
            "{\"prompt\": \"%s%s\", \"image\": \"%s\", \"target\": \"%s\"}\n"
                .formatted(
                    asksLeft ? "left" : "right",
                    i % 2 == 0 ? " please" : "",
                    name,
                    WORDS[asksLeft ? left : right]));
      }
      Files.writeString(folder.resolve(file + ".jsonl"), lines);
    }
    return folder;
  }

  /**
   * Pictures of two bars, each asked twice; the decoder's prompt asks for the colour on one side.
   */
  static Path told(Path folder, int pictures) throws IOException {
    for (String file : new String[] {"train", "val"}) {
      Random random = new Random(file.hashCode());
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < pictures; i++) {
        int left = random.nextInt(3);
        int right = (left + 1 + random.nextInt(2)) % 3;
        String name = file + i + ".png";
        bars(folder.resolve(name), left, right, false);
        for (boolean asksLeft : new boolean[] {true, false}) {
          lines.append(
              "{\"image\": \"%s\", \"decoder_prompt\": \"%s%s\", \"target\": \"%s\"}\n"
                  .formatted(
                      name,
                      i % 2 == 0 ? "please " : "",
                      asksLeft ? "left" : "right",
                      WORDS[asksLeft ? left : right]));
        }
      }
      Files.writeString(folder.resolve(file + ".jsonl"), lines);
    }
    return folder;
  }

  private static String word(String text, int left) {
    return "{\"text\": \"%s\", \"box\": [%d, 8, %d, 24]}".formatted(text, left, left + 10);
  }

  /**
   * Writes a picture of two bars.
   *
   * @param otherSize what a processor of any size has to pad in both directions
   */
  private static void bars(Path file, int left, int right, boolean otherSize) throws IOException {
    int width = otherSize ? 40 : 32;
    int height = otherSize ? 13 : 32;
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        picture.setRGB(x, y, COLOURS[x < width / 2 ? left : right]);
      }
    }
    ImageIO.write(picture, "png", file.toFile());
  }

  /** Settings that make a preset tiny. */
  static Map<String, String> tiny(String preset) {
    Map<String, String> settings = new LinkedHashMap<>();
    switch (preset) {
      case "t5", "t5-v1_1", "latr", "latr-vit", "ofa-stem" -> {
        settings.put("d_model", "32");
        settings.put("d_kv", "8");
        settings.put("d_ff", "64");
        settings.put("num_layers", "1");
        settings.put("num_decoder_layers", "3");
        if (preset.equals("latr-vit")) {
          settings.put("vision.hidden_size", "24");
          settings.put("vision.num_hidden_layers", "1");
          settings.put("vision.intermediate_size", "48");
          settings.put("vision.image_size", "[32, 32]");
        }
        if (preset.equals("ofa-stem")) {
          settings.put("vision.hidden_size", "24");
          settings.put("vision.intermediate_size", "48");
          settings.put("vision.image_size", "[32, 64]");
          settings.put(
              "vision.stem",
              "[{\"channels\": 8, \"kernel\": [3, 3], \"stride\": [4, 2]},"
                  + " {\"channels\": 24, \"kernel\": [3, 3], \"stride\": [4, 2]}]");
        }
      }
      case "t5gemma" -> {
        for (String side : List.of("encoder", "decoder")) {
          settings.put(side + ".hidden_size", "32");
          settings.put(side + ".intermediate_size", "64");
          settings.put(side + ".num_hidden_layers", side.equals("encoder") ? "2" : "3");
          settings.put(side + ".head_dim", "8");
          settings.put(side + ".sliding_window", "2");
        }
      }
      case "bart", "mbart" -> {
        settings.put("d_model", "32");
        settings.put("encoder_layers", "1");
        settings.put("encoder_ffn_dim", "64");
        settings.put("decoder_layers", "3");
        settings.put("decoder_ffn_dim", "64");
        settings.put("max_position_embeddings", "16");
      }
      default -> {
        settings.put("encoder.hidden_size", "32");
        settings.put("encoder.num_hidden_layers", "1");
        settings.put("encoder.intermediate_size", "64");
        settings.put("encoder.image_size", "[32, 32]");
        settings.put("decoder.d_model", "32");
        settings.put("decoder.decoder_layers", "3");
        settings.put("decoder.decoder_ffn_dim", "64");
        settings.put("decoder.max_position_embeddings", "16");
        switch (preset) {
          case "stem-mbart" ->
              settings.put(
                  "encoder.stem",
                  "[{\"channels\": 8, \"kernel\": [3, 3], \"stride\": [4, 4]},"
                      + " {\"channels\": 32, \"kernel\": [5, 3], \"stride\": [2, 4]}]");
          case "vit-trocr" -> settings.put("decoder.cross_attention_hidden_size", "32");
          default -> {}
        }
      }
    }
    return settings;
  }

  static Training.Start start(String preset) {
    return new Training.Start.FromPreset(
        Preset.named(preset, tiny(preset)), VocabularySource.parse("word:32"));
  }

  static TrainingRecipe recipe(DeepSupervisionLoss.Kind loss, long steps) {
    return new TrainingRecipe(
        new DeepSupervisionLoss(loss, 0),
        false,
        8,
        1,
        0.1,
        Long.MAX_VALUE,
        new PictureShift(1),
        new AdamWOptimizer.Settings(0.9, 0.98, 1e-8, 0.01),
        new LearningRateSchedule(3e-3, Math.min(5, steps - 1), steps, 0.1),
        1,
        10,
        0,
        7);
  }

  static Training training(Path data, Path out, Training.Start start, TrainingRecipe recipe) {
    return new Training(
        List.of(data),
        List.of(1),
        out,
        start,
        null,
        recipe,
        Double.POSITIVE_INFINITY,
        Integer.MAX_VALUE,
        TorchDevice.cpu(),
        1,
        false);
  }

  /** The same training, gone on with. */
  static Training resumed(Training t) {
    return new Training(
        t.data(),
        t.times(),
        t.out(),
        t.start(),
        t.exits(),
        t.recipe(),
        t.maxMinutes(),
        t.limit(),
        t.device(),
        t.threads(),
        true);
  }
}
