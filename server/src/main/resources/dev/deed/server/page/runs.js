/** The runs of the page: one at a time, and what begins stops what runs. */
export class Runs {
  #controller = null;

  /** Stops what runs. @returns the signal of the new run */
  begin() {
    this.stop();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }

  stop() {
    this.#controller?.abort();
    this.#controller = null;
  }

  /** Whether a signal is that of the run that counts. */
  is(signal) {
    return this.#controller?.signal === signal;
  }
}
