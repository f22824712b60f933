package dev.deed.server.http;

import java.time.Duration;

/**
 * How bodies are read.
 *
 * @param most longest, in bytes
 * @param time how long one may take to come
 * @param budget memory for all
 * @param workers what makes requests of long ones
 */
record BodyRules(long most, Duration time, BodyBudget budget, BodyWorkers workers) {
  /** So long a refused body is read on, unused: a client that is sending reads the answer then. */
  Duration drainTime() {
    return time.dividedBy(3);
  }
}
