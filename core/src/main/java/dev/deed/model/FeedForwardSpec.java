package dev.deed.model;

import dev.deed.tensor.Activation;

/**
 * Position-wise feed-forward network: {@code out(act(in x))}, gated: {@code out(act(gate x) * in
 * x)}.
 *
 * @param width inner width
 * @param activation applied to the inner width
 * @param gated whether a second projection is gated by the activated one (T5 v1.1)
 * @param bias whether the projections have biases
 */
public record FeedForwardSpec(int width, Activation activation, boolean gated, boolean bias) {}
