package dev.deed.value;

import java.time.Duration;

/**
 * Is told what an engine does, for measurements. The engine's threads call it and wait meanwhile,
 * so it must be quick and safe for use from many threads. What it throws fails the requests at
 * hand.
 */
public interface EngineListener {
  /**
   * A request has its rows, and is read and encoded if it is not yet.
   *
   * @param waited since it was submitted
   */
  default void began(Duration waited) {}

  /**
   * The encoder has encoded inputs.
   *
   * @param inputs how many went through it together
   * @param time of the encoder; pauses in which steps were decoded are not part of it
   */
  default void encoded(int inputs, Duration time) {}

  /**
   * A decoder step has run.
   *
   * @param rows sequences of the step, 1 or more
   * @param time of the step
   */
  default void step(int rows, Duration time) {}
}
