package dev.deed.lab.kernels;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The product x Wᵀ of LibTorch, which hands it to MKL, into memory that is there already.
 *
 * @param x [rows, inputs]
 * @param weights Wᵀ, [inputs, outputs], a view of [outputs, inputs] as a linear layer holds it
 * @param y [rows, outputs]
 */
record TorchProduct(Tensor x, Tensor weights, Tensor y) {
  static TorchProduct of(float[] x, float[] weights, int rows, int inputs, int outputs) {
    return new TorchProduct(
        Tensor.create(x, rows, inputs),
        Tensor.create(weights, outputs, inputs).t(),
        Tensor.create(new float[rows * outputs], rows, outputs));
  }

  void run() {
    // The result of an in-place operation is the same tensor and must not be closed twice.
    torch.mm_out(y, x, weights);
  }

  float[] result() {
    float[] values = new float[Math.toIntExact(y.numel())];
    new FloatPointer(y.data_ptr_float()).get(values);
    return values;
  }
}
