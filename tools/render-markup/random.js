import { createHash } from 'node:crypto';

/** A reproducible stream of random numbers: SHA-256 of the seed and a block counter, 32 bits at a time. */
export class Random {
  #seed;
  #block = 0;
  #words = [];

  /** The seed is any string or number; equal seeds give equal streams. */
  constructor(seed) {
    this.#seed = String(seed);
  }

  /** A number in [0, 1). */
  next() {
    if (this.#words.length === 0) {
      const digest = createHash('sha256').update(`${this.#seed}/${this.#block++}`).digest();
      this.#words = Array.from(new Uint32Array(digest.buffer, digest.byteOffset, 8));
    }
    return this.#words.pop() / 2 ** 32;
  }

  /** A whole number from 0 to bound - 1. */
  below(bound) {
    return Math.floor(this.next() * bound);
  }

  pick(items) {
    return items[this.below(items.length)];
  }

  /** A new array with the items in random order. */
  shuffle(items) {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
    }
    return shuffled;
  }
}
