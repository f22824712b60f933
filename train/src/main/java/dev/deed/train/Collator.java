package dev.deed.train;

import dev.deed.processing.FlattenedPatches;
import dev.deed.processing.ImageProcessor;
import dev.deed.processing.PixelValues;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Examples to a padded batch.
 *
 * @param start first decoder input
 * @param padding id of padding
 * @param images normalises pictures; null for a model that reads text
 */
record Collator(int start, int padding, @Nullable ImageProcessor images) {
  /**
   * A batch.
   *
   * @param examples at least one, all of one kind
   */
  Batch collate(List<EncodedExample> examples) {
    int length = examples.stream().mapToInt(e -> e.labels().length).max().orElseThrow();
    long[][] labels = new long[examples.size()][length];
    long[][] inputs = new long[examples.size()][length];
    for (int row = 0; row < labels.length; row++) {
      int[] tokens = examples.get(row).labels();
      Arrays.fill(labels[row], Batch.IGNORED);
      Arrays.fill(inputs[row], padding);
      inputs[row][0] = start;
      for (int i = 0; i < tokens.length; i++) {
        labels[row][i] = tokens[i];
        if (i + 1 < tokens.length) {
          inputs[row][i + 1] = tokens[i];
        }
      }
    }
    return new Batch(input(examples), inputs, labels);
  }

  private EncoderInput input(List<EncodedExample> examples) {
    return switch (examples.getFirst().source()) {
      case EncodedExample.Source.Ids ids -> text(examples);
      case EncodedExample.Source.Image image -> pictures(examples);
    };
  }

  private EncoderInput.Text text(List<EncodedExample> examples) {
    List<int[]> all =
        examples.stream().map(e -> ((EncodedExample.Source.Ids) e.source()).ids()).toList();
    int length = all.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    long[][] ids = new long[all.size()][length];
    boolean[][] mask = new boolean[all.size()][length];
    for (int row = 0; row < ids.length; row++) {
      Arrays.fill(ids[row], padding);
      for (int i = 0; i < all.get(row).length; i++) {
        ids[row][i] = all.get(row)[i];
        mask[row][i] = true;
      }
    }
    return new EncoderInput.Text(ids, mask);
  }

  private EncoderInput.Pictures pictures(List<EncodedExample> examples) {
    if (images == null) {
      throw new IllegalStateException("pictures without an image processor");
    }
    List<PixelValues> all =
        examples.stream()
            .map(e -> ((EncodedExample.Source.Image) e.source()).picture())
            .map(
                picture ->
                    switch (images.normalise(picture)) {
                      case PixelValues values -> values;
                      case FlattenedPatches _ ->
                          throw new IllegalStateException("patches cannot be trained on");
                    })
            .toList();
    PixelValues first = all.getFirst();
    int one = first.values().length;
    float[] values = new float[Math.multiplyExact(one, all.size())];
    for (int row = 0; row < all.size(); row++) {
      System.arraycopy(all.get(row).values(), 0, values, row * one, one);
    }
    return new EncoderInput.Pictures(
        values, all.size(), first.channels(), first.height(), first.width());
  }
}
