package dev.deed.lab.commands;

import dev.deed.cli.OutputOptions;
import dev.deed.cli.ProgressLine;
import dev.deed.lab.datasets.SroieFieldsConverter;
import dev.deed.lab.datasets.SroieLinesConverter;
import dev.deed.value.InputException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deed convert sroie}: scanned receipts into questions or into pictures of text lines. */
@Command(
    name = "sroie",
    description = {
      "Converts scanned receipts (SROIE as JSON Lines: image, width, height, lines, fields) into a"
          + " data set.",
      "The parts stay as they are divided. The data set appears whole or not at all."
    },
    mixinStandardHelpOptions = true)
final class ConvertSroieCommand implements Callable<Integer> {
  private static final int DEFAULT_HEIGHT = 32;
  private static final int DEFAULT_WIDTH = 320;

  /** What is made of the receipts. */
  enum Task {
    /** Questions about company, date, address and total. */
    FIELDS,
    /** A picture of each text line. */
    LINES
  }

  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Mixin DataSetFolders folders = new DataSetFolders();

  @Option(
      names = "--task",
      paramLabel = "TASK",
      required = true,
      description =
          "fields: what is the company, date, address, total? with the text lines as ocr; lines: a"
              + " grey picture of each text line and its text.")
  Task task = Task.FIELDS;

  @Option(names = "--images", description = "Copy the scans too (fields only).")
  boolean images;

  @Option(
      names = "--height",
      paramLabel = "N",
      description =
          "Height of the pictures in pixels (lines only; default: " + DEFAULT_HEIGHT + ").")
  @Nullable Integer height;

  @Option(
      names = "--largest-width",
      paramLabel = "N",
      description =
          "Longer lines are squeezed to it, shorter ones get white behind them (lines only;"
              + " default: "
              + DEFAULT_WIDTH
              + ").")
  @Nullable Integer largestWidth;

  @Option(names = "--keep-width", description = "Put no white behind shorter lines (lines only).")
  boolean keepWidth;

  @Override
  public Integer call() {
    switch (task) {
      case FIELDS -> fields();
      case LINES -> lines();
    }
    return 0;
  }

  private void fields() {
    InputException.require(
        height == null && largestWidth == null && !keepWidth,
        "--height, --largest-width, --keep-width",
        "are for pictures of text lines",
        "leave them out, or give --task lines");
    SroieFieldsConverter.Summary summary;
    try (ProgressLine progress = ProgressLine.of(common, "receipts", -1)) {
      summary =
          new SroieFieldsConverter(images).convert(folders.source, folders.target, progress::to);
    }
    ConvertedParts parts = new ConvertedParts(folders.target, summary.examples());
    if (common.json) {
      System.out.println(parts.json().put("empty_fields", summary.emptyFields()));
      return;
    }
    System.out.println(parts.line());
    if (summary.emptyFields() > 0) {
      System.out.printf("left out: %d empty fields%n", summary.emptyFields());
    }
  }

  private void lines() {
    InputException.require(
        !images,
        "--images",
        "is for questions about fields",
        "leave it out: lines are pictures anyway");
    SroieLinesConverter converter =
        new SroieLinesConverter(
            height == null ? DEFAULT_HEIGHT : height,
            largestWidth == null ? DEFAULT_WIDTH : largestWidth,
            keepWidth);
    SroieLinesConverter.Summary summary;
    try (ProgressLine progress = ProgressLine.of(common, "receipts", -1)) {
      summary = converter.convert(folders.source, folders.target, progress::to);
    }
    ConvertedParts parts = new ConvertedParts(folders.target, summary.examples());
    if (common.json) {
      System.out.println(
          parts.json().put("unreadable", summary.unreadable()).put("blank", summary.blank()));
      return;
    }
    System.out.println(parts.line());
    if (summary.unreadable() + summary.blank() > 0) {
      System.out.printf(
          "left out: %d lines with a box too small for their text, %d blank ones%n",
          summary.unreadable(), summary.blank());
    }
  }
}
