package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.train.torch.TorchDevice;
import dev.deed.train.torch.TorchParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** The optimiser against its formula in doubles, where not all parameters have gradients. */
class AdamWOptimizerTest {
  private static final AdamWOptimizer.Settings SETTINGS =
      new AdamWOptimizer.Settings(0.9, 0.98, 1e-8, 0.1);

  private static final double RATE = 0.01;
  private static final int STEPS = 6;

  /** A parameter as the formula moves it. */
  private static final class Reference {
    final double[] value;
    final double[] mean;
    final double[] square;

    Reference(float[] first) {
      value = new double[first.length];
      mean = new double[first.length];
      square = new double[first.length];
      for (int i = 0; i < first.length; i++) {
        value[i] = first[i];
      }
    }

    void step(double gradient, long number, boolean decays) {
      double meanCorrection = 1 - Math.pow(SETTINGS.beta1(), number);
      double squareCorrection = 1 - Math.pow(SETTINGS.beta2(), number);
      for (int i = 0; i < value.length; i++) {
        value[i] *= decays ? 1 - RATE * SETTINGS.weightDecay() : 1;
        mean[i] += (1 - SETTINGS.beta1()) * (gradient - mean[i]);
        square[i] = SETTINGS.beta2() * square[i] + (1 - SETTINGS.beta2()) * gradient * gradient;
        double root = Math.sqrt(square[i]) / Math.sqrt(squareCorrection);
        value[i] -= RATE / meanCorrection * mean[i] / (root + SETTINGS.epsilon());
      }
    }
  }

  @Test
  void movesWhatEverHadGradients() {
    TorchParameters parameters = parameters();
    AdamWOptimizer optimizer =
        new AdamWOptimizer(parameters, SETTINGS, parameter -> parameter.role().decays());
    List<Parameter> trained = parameters.trained();
    List<float[]> first = new ArrayList<>();
    List<Reference> references = new ArrayList<>();
    for (Parameter parameter : trained) {
      first.add(parameters.values(parameter.name()));
      references.add(new Reference(first.getLast()));
    }
    for (int number = 1; number <= STEPS; number++) {
      optimizer.clearGradients();
      double gradient = number % 3 == 2 ? 0 : 0.01 * number;
      for (int i = 0; i < trained.size(); i++) {
        if (begins(i) <= number) {
          if (gradient != 0) {
            addGradient(parameters.get(trained.get(i).name()), gradient);
          }
          references.get(i).step(gradient, number, trained.get(i).role().decays());
        }
      }
      optimizer.clip(Double.POSITIVE_INFINITY);
      optimizer.step(RATE);
    }
    for (int i = 0; i < trained.size(); i++) {
      String name = trained.get(i).name();
      float[] values = parameters.values(name);
      if (begins(i) > STEPS) {
        assertThat(values).as(name).isEqualTo(first.get(i));
      } else {
        double[] expected = references.get(i).value;
        for (int j = 0; j < values.length; j++) {
          assertThat((double) values[j]).as(name).isCloseTo(expected[j], within(1e-5));
        }
      }
    }
  }

  @Test
  void clipsModelAndGateApart() {
    TorchParameters parameters = parameters();
    AdamWOptimizer optimizer = new AdamWOptimizer(parameters, SETTINGS, parameter -> false);
    long elements = 0;
    Tensor ofModel = new Tensor();
    for (Parameter parameter : parameters.trained()) {
      Tensor tensor = parameters.get(parameter.name());
      addGradient(tensor, 3);
      if (!Names.belongs(parameter.name(), Names.GATE)) {
        ofModel = tensor;
        elements += parameter.elements();
      }
    }
    double norm = 3 * Math.sqrt(elements);
    assertThat(optimizer.clip(1)).isCloseTo(norm, within(1e-6 * norm));
    double gradient = ofModel.grad().max().item_double();
    assertThat(gradient).isCloseTo(3 / norm, within(1e-6));
    double ofGate = parameters.get(Objective.GATE_BIAS).grad().item_double();
    assertThat(ofGate).isGreaterThan(10 * gradient);
  }

  /** The step from which a parameter has gradients: most at once, some later, some never. */
  private static int begins(int index) {
    return index % 7 == 3 ? STEPS + 1 : index % 7 == 5 ? 3 : 1;
  }

  private static void addGradient(Tensor tensor, double gradient) {
    try (PointerScope scope = new PointerScope()) {
      tensor.mul(torch.full_like(tensor.detach(), new Scalar(gradient))).sum().backward();
    }
  }

  private static TorchParameters parameters() {
    ObjectNode config = Preset.named("t5", TinyTask.tiny("t5")).config();
    config.put("vocab_size", 20);
    ExitRequest.everywhere().addTo(config, 3, 32);
    Random random = new Random(5);
    return TorchParameters.of(
        ModelFamily.describe(Config.of("t5", config)).spec(),
        parameter -> {
          float[] values = new float[Math.toIntExact(parameter.elements())];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
          }
          return values;
        },
        parameter -> true,
        TorchDevice.cpu());
  }
}
