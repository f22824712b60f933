package dev.deed.cli.training;

import dev.deed.cli.AddOn;
import java.util.List;

/** Training. */
public final class TrainingAddOn implements AddOn {
  @Override
  public List<Object> commands() {
    return List.of(new TrainCommand());
  }
}
