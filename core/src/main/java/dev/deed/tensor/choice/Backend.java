package dev.deed.tensor.choice;

import dev.deed.tensor.Attention;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.NarrowAttention;
import dev.deed.tensor.WeightPacking;

/** All that a model computes with. Safe for use from many threads. */
public record Backend(
    Kernels kernels, Attention attention, NarrowAttention narrowAttention, WeightPacking packing) {}
