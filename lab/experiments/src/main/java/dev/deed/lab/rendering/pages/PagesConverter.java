package dev.deed.lab.rendering.pages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFolder;
import dev.deed.files.Interruption;
import dev.deed.lab.datasets.ConversionProgress;
import dev.deed.lab.datasets.JsonLinesWriter;
import dev.deed.lab.rendering.DrawingThread;
import dev.deed.lab.rendering.PngWriter;
import dev.deed.processing.picture.Picture;
import dev.deed.value.InputException;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/**
 * Makes a data set of pages that nobody designed: questions where something is, answered by a box
 * in {@link LocationTokens}, and captions. No page is in two parts. Every fourth page of the test
 * shows pairs of colour and kind that training and validation never show, and its examples are
 * about these.
 *
 * @param task what is asked
 * @param pages how many of them
 * @param questions most about a page where boxes are asked for, 1…20
 * @param bins of the answers
 * @param forDecoder whether questions are for the decoder, else for the encoder
 * @param seed decides everything that is drawn; the same pages wherever the fonts are the same
 * @param fonts to choose from; at least one
 */
public record PagesConverter(
    Task task,
    Pages pages,
    int questions,
    LocationTokens bins,
    boolean forDecoder,
    long seed,
    List<Font> fonts) {
  /** The question of all captions. */
  public static final String CAPTION_PROMPT = "what does the page show ?";

  /** The question of all lists. */
  public static final String LIST_PROMPT = "what is where ?";

  private static final int MOST = 1_000_000;
  private static final int MOST_QUESTIONS = 20;
  private static final int IN_A_FOLDER = 1000;

  /** Captions of a page that are learnt, each as an example of its own. */
  private static final int LEARNT_CAPTIONS = 2;

  /** Of this many pages of the test the last has what is held out. */
  private static final int HELD_OUT_EVERY = 4;

  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  /**
   * Numbers of pages, and how much is on them.
   *
   * @param train for training, at least 1
   * @param val for validation, 0 or more
   * @param test for the test, 0 or more
   * @param mostElements 1 and more: of pages with one card and without headings; 0: of all sorts
   */
  public record Pages(int train, int val, int test, int mostElements) {
    /**
     * @throws InputException when a number is out of range
     */
    public Pages {
      InputException.require(
          train >= 1 && train <= MOST, "count", "is " + train, "give 1 to " + MOST + " pages");
      for (int others : new int[] {val, test}) {
        InputException.require(
            others >= 0 && others <= MOST, "count", "is " + others, "give 0 to " + MOST + " pages");
      }
      InputException.require(
          mostElements >= 0, "elements", "are " + mostElements, "give 1 or more, or 0 for any");
    }
  }

  /** What is asked about a page. */
  public enum Task {
    /** Where something is. */
    REFER,
    /** What it shows. */
    CAPTION,
    /** Either. */
    BOTH,
    /** All that is on it, each with its box: what a model learns to see the rest with. */
    LIST;

    /** Whether it asks where something is. */
    public boolean asksWhere() {
      return this == REFER || this == BOTH;
    }
  }

  /**
   * @throws InputException when a number is out of range, or a font lacks letters
   */
  public PagesConverter {
    InputException.require(
        questions >= 1 && questions <= MOST_QUESTIONS,
        "questions",
        "are " + questions,
        "give 1 to " + MOST_QUESTIONS + " for a page");
    fonts = List.copyOf(fonts);
    InputException.require(!fonts.isEmpty(), "fonts", "are none", "give one or more");
    for (Font font : fonts) {
      InputException.require(
          font.canDisplayUpTo(LETTERS) < 0,
          "font " + font.getName(),
          "has not all Latin letters and digits",
          "give another");
    }
  }

  /**
   * Makes the data set: {@code train}, {@code val}, {@code test}, and {@code test-new}, which holds
   * again those lines of the test whose pages have what is held out; a part without pages is left
   * out. It appears whole or not at all. Interrupting the thread stops it.
   *
   * @param to new or empty folder
   * @param progress is told the number of pages that are done
   * @return number of examples of each part
   * @throws InputException when {@code to} is not empty or cannot be written
   * @throws CancellationException when the thread was interrupted
   */
  public Map<String, Long> convert(Path to, ConversionProgress progress) {
    return AtomicFolder.write(to, folder -> new Writing(folder, progress).all());
  }

  /** One run. Belongs to one thread. */
  private final class Writing {
    private final Path folder;
    private final ConversionProgress progress;
    private final PageDesign design = new PageDesign(fonts, pages.mostElements());
    private final PagePainter painter = new PagePainter(fonts);
    private final SplittableRandom seeds = new SplittableRandom(seed);
    private final Set<Integer> drawn = new HashSet<>();
    private final Map<String, Long> written = new LinkedHashMap<>();
    private long done;

    Writing(Path folder, ConversionProgress progress) {
      this.folder = folder;
      this.progress = progress;
    }

    Map<String, Long> all() throws IOException {
      part("train", pages.train());
      part("val", pages.val());
      part("test", pages.test());
      return written;
    }

    private void part(String part, int count) throws IOException {
      if (count == 0) {
        return;
      }
      boolean test = part.equals("test");
      List<ObjectNode> unseen = new ArrayList<>();
      try (DrawingThread drawing = new DrawingThread();
          JsonLinesWriter lines = JsonLinesWriter.create(folder.resolve(part + ".jsonl"))) {
        for (int i = 0; i < count; i++) {
          Interruption.check(Interruption.NOTHING_WRITTEN);
          boolean heldOut = test && i % HELD_OUT_EVERY == HELD_OUT_EVERY - 1;
          String prefix = test ? heldOut ? "new" : "seen" : part;
          int number = i;
          for (ObjectNode line : drawing.run(() -> page(part, prefix, number, heldOut))) {
            lines.write(line);
            if (heldOut) {
              unseen.add(line);
            }
          }
          progress.at(++done, (long) pages.train() + pages.val() + pages.test());
        }
        written.put(part, lines.written());
      }
      if (!unseen.isEmpty()) {
        try (JsonLinesWriter lines = JsonLinesWriter.create(folder.resolve("test-new.jsonl"))) {
          for (ObjectNode line : unseen) {
            lines.write(line);
          }
          written.put("test-new", lines.written());
        }
      }
    }

    /** Draws until there is a page that was not there before, and something to say of it. */
    private List<ObjectNode> page(String part, String prefix, int number, boolean heldOut)
        throws IOException {
      SplittableRandom random = seeds.split();
      while (true) {
        Page page = design.draw(random, heldOut);
        List<ObjectNode> lines = lines(page, prefix + "-" + number, part, heldOut, random);
        Picture picture = painter.paint(page);
        if (lines.isEmpty() || !drawn.add(Arrays.hashCode(picture.rgb()))) {
          continue;
        }
        String file = "%s/%02d/%06d.png".formatted(part, number / IN_A_FOLDER, number);
        Files.createDirectories(folder.resolve(file).getParent());
        Files.write(folder.resolve(file), PngWriter.encode(picture));
        lines.forEach(line -> line.put("image", file));
        return lines;
      }
    }

    /** None where the page does not give all kinds of examples that are asked for. */
    private List<ObjectNode> lines(
        Page page, String id, String part, boolean heldOut, SplittableRandom random) {
      if (task == Task.LIST) {
        return List.of(line(id + "-list", LIST_PROMPT).put("target", list(page)));
      }
      List<ObjectNode> lines = new ArrayList<>();
      if (task.asksWhere()) {
        for (Questions.Question question : Questions.draw(page, questions, heldOut, random)) {
          lines.add(
              line(id + "-" + (lines.size() + 1), question.text())
                  .put("target", bins.of(question.box())));
        }
        if (lines.isEmpty()) {
          return lines;
        }
      }
      if (task != Task.REFER) {
        if (heldOut && !Captions.nameHeldOut(page)) {
          return List.of();
        }
        lines.addAll(captions(page, id, part, random));
      }
      return lines;
    }

    /** {@code round green button <bin_12> <bin_40> <bin_36> <bin_46> heading <bin_12> …}. */
    private String list(Page page) {
      return page.elements().stream()
          .map(element -> element.traits().words() + " " + bins.of(element.box()))
          .collect(Collectors.joining(" "));
    }

    private List<ObjectNode> captions(Page page, String id, String part, SplittableRandom random) {
      List<String> captions = new ArrayList<>(Captions.of(page, random));
      Collections.shuffle(captions, new Random(random.nextLong()));
      if (!part.equals("train")) {
        ObjectNode line = line(id + "-caption", CAPTION_PROMPT);
        captions.forEach(line.putArray("targets")::add);
        return List.of(line);
      }
      List<ObjectNode> lines = new ArrayList<>();
      for (String caption : captions.subList(0, LEARNT_CAPTIONS)) {
        lines.add(
            line(id + "-caption-" + (lines.size() + 1), CAPTION_PROMPT).put("target", caption));
      }
      return lines;
    }

    private ObjectNode line(String id, String question) {
      ObjectNode line = JsonLinesWriter.object().put("id", id);
      return line.put(forDecoder ? "decoder_prompt" : "prompt", question);
    }
  }
}
