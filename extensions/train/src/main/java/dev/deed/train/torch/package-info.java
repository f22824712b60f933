/**
 * The forward pass over LibTorch, for gradients: the differentiable twin of {@code dev.deed.model}.
 *
 * <p>Begin with {@link TorchModel}, whose {@code forward} runs encoder and decoder with all target
 * tokens known and gives logits of every exit. {@link TorchLayers} has the blocks, {@link
 * TorchAttention} attention, {@link TorchEncoder} the encoders, {@link TorchParameters} the tensors
 * by canonical name.
 *
 * <p>A choice of architecture that the engine gained is added here too, if models with it are to be
 * trained. Tests hold logits of all exits and gradients against known answers.
 */
@NullMarked
package dev.deed.train.torch;

import org.jspecify.annotations.NullMarked;
