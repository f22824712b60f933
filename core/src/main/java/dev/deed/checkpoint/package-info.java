/**
 * Files of a model: safetensors, what {@code torch.save} wrote, JSON configuration, LoRA adapters
 * in the form of PEFT, and their conversion. Everything read here is untrusted: lengths, offsets,
 * shapes and counts are checked before anything is allocated.
 *
 * <p>Begin with {@link WeightFiles}, which finds the weights of a folder in one of four layouts.
 * {@link SafetensorsFile} reads the header, and a {@link Tensor} is a place in the file. {@link
 * TorchFile} reads a pickle, which is a program: its reader knows only the instructions and names
 * that tensors need, and runs none of it. {@link Config} reads settings strictly.
 *
 * <p>A format of your own gives {@link Tensor}s by name, and gets its case in {@link WeightFiles}.
 * Check it with damaged files and a fuzz target in {@code quality/fuzz}.
 */
@NullMarked
package dev.deed.checkpoint;

import org.jspecify.annotations.NullMarked;
