package dev.deed.tensor;

/** Activation functions of feed-forward blocks. */
public enum Activation {
  /** max(x, 0). */
  RELU,
  /** x · Φ(x) = x/2 · (1 + erf(x/√2)): "gelu" of Transformers. */
  GELU,
  /** x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))): "gelu_new", "gelu_pytorch_tanh". */
  GELU_TANH,
  /** x / (1 + e^−x): "silu", "swish". */
  SILU,
  /** tanh(x). */
  TANH,
  /** x. */
  IDENTITY
}
