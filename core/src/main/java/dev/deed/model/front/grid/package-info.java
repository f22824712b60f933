/**
 * Parts of fronts that work on a grid of vectors: convolutions, pooling, windows of attention, and
 * biases of distances.
 *
 * <p>Begin with {@link FeatureMap}, a grid, and {@link Convolution}, a product with a weight matrix
 * once patches are unfolded. {@link WindowLayer} and {@link WindowAttention} are Swin's, {@link
 * DualAttentionStage} is DaViT's.
 *
 * <p>What one front alone needs stays with that front. What a second one needs too comes here.
 */
@NullMarked
package dev.deed.model.front.grid;

import org.jspecify.annotations.NullMarked;
