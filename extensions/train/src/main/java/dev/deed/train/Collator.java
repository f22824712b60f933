package dev.deed.train;

import dev.deed.processing.picture.ImageProcessor;
import dev.deed.processing.picture.PixelValues;
import dev.deed.processing.tokenizer.DecoderPrompt;
import dev.deed.train.EncodedExample.Source;
import dev.deed.train.torch.Batch;
import dev.deed.train.torch.BatchInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Examples to a padded batch, in which inputs of several examples are held once. What the decoder
 * is told before an answer is read and not learnt.
 *
 * @param start first decoder input
 * @param padding id of padding
 * @param images normalises pictures; null for a model that reads text
 */
record Collator(int start, int padding, @Nullable ImageProcessor images) {
  /** The batch of examples: at least one, all of one kind, their pictures of one size. */
  Batch collate(List<EncodedExample> examples) {
    List<int[]> prefixes = examples.stream().map(this::prefix).toList();
    int length = examples.stream().mapToInt(this::length).max().orElseThrow();
    long[][] labels = new long[examples.size()][length];
    long[][] inputs = new long[examples.size()][length];
    for (int row = 0; row < labels.length; row++) {
      int[] prefix = prefixes.get(row);
      int[] tokens = examples.get(row).labels();
      Arrays.fill(labels[row], Batch.IGNORED);
      Arrays.fill(inputs[row], padding);
      for (int i = 0; i < prefix.length; i++) {
        inputs[row][i] = prefix[i];
      }
      for (int i = 0; i < tokens.length; i++) {
        labels[row][prefix.length - 1 + i] = tokens[i];
        if (i + 1 < tokens.length) {
          inputs[row][prefix.length + i] = tokens[i];
        }
      }
    }
    Map<Source, Integer> places = new IdentityHashMap<>();
    List<Source> sources = new ArrayList<>();
    for (EncodedExample example : examples) {
      if (places.putIfAbsent(example.source(), sources.size()) == null) {
        sources.add(example.source());
      }
    }
    return new Batch(
        input(sources),
        sources.size() == examples.size()
            ? null
            : examples.stream().mapToLong(example -> places.get(example.source())).toArray(),
        inputs,
        labels);
  }

  /** Positions that the decoder reads of an example. */
  int length(EncodedExample example) {
    return prefix(example).length - 1 + example.labels().length;
  }

  /** What the engine has the decoder start with; of sound the prompt is all of it. */
  private int[] prefix(EncodedExample example) {
    boolean all = example.source() instanceof Source.Encoded;
    return DecoderPrompt.prefix(example.prompt(), start, all);
  }

  private BatchInput input(List<Source> sources) {
    return switch (sources.getFirst()) {
      case Source.Ids _ -> text(sources, false);
      case Source.Placed _ ->
          new BatchInput.Placed(
              text(sources, false),
              sources.stream().map(source -> ((Source.Placed) source).rows()).toList());
      case Source.Encoded _ ->
          new BatchInput.Encoded(
              sources.stream().map(source -> ((Source.Encoded) source).states()).toList());
      case Source.Image _ -> pictures(sources);
      case Source.Page _ -> pages(sources);
    };
  }

  /** With padding in front of the tokens where it is {@code left}, else behind them. */
  private BatchInput.Text text(List<Source> sources, boolean left) {
    List<int[]> all = sources.stream().map(Source::ids).toList();
    int length = all.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    long[][] ids = new long[all.size()][length];
    boolean[][] mask = new boolean[all.size()][length];
    for (int row = 0; row < ids.length; row++) {
      int[] own = all.get(row);
      int first = left ? length - own.length : 0;
      Arrays.fill(ids[row], padding);
      for (int i = 0; i < own.length; i++) {
        ids[row][first + i] = own[i];
        mask[row][first + i] = true;
      }
    }
    return new BatchInput.Text(ids, mask);
  }

  private BatchInput.Pages pages(List<Source> pages) {
    BatchInput.Text text = text(pages, true);
    int length = text.ids()[0].length;
    int[][] coordinates = new int[pages.size()][];
    for (int row = 0; row < coordinates.length; row++) {
      int[] own = ((Source.Page) pages.get(row)).coordinates();
      int[] padded = new int[own.length / pages.get(row).ids().length * length];
      Arrays.fill(padded, -1);
      System.arraycopy(own, 0, padded, padded.length - own.length, own.length);
      coordinates[row] = padded;
    }
    boolean seen = pages.getFirst().picture() != null;
    return new BatchInput.Pages(text, coordinates, seen ? pictures(pages) : null);
  }

  private BatchInput.Pictures pictures(List<Source> sources) {
    ImageProcessor processor = Objects.requireNonNull(images);
    List<PixelValues> all =
        sources.stream()
            .map(source -> Objects.requireNonNull(source.picture()).pixels(processor))
            .toList();
    PixelValues first = all.getFirst();
    int one = first.values().length;
    float[] values = new float[Math.multiplyExact(one, all.size())];
    for (int row = 0; row < all.size(); row++) {
      System.arraycopy(all.get(row).values(), 0, values, row * one, one);
    }
    return new BatchInput.Pictures(
        values, all.size(), first.channels(), first.height(), first.width());
  }
}
