package dev.deed.train.torch;

import org.bytedeco.pytorch.Tensor;

/**
 * What one exit makes of a batch.
 *
 * @param layer 1-based decoder layer
 * @param hidden {@code [rows, length, width]}, raw output of the layer, before adapter and norm
 * @param logits {@code [rows, length, vocabulary]}
 */
public record ExitOutput(int layer, Tensor hidden, Tensor logits) {}
