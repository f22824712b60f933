package dev.deed.engine;

import java.time.Duration;

/**
 * Divides the time of a pool between the encoder and decoder steps. Below the saturation, the
 * number of rows from which on more rows hardly raise the rate, encoding comes first: pieces of it
 * fill the longest pause that running answers are to notice. From the saturation on decoding comes
 * first, and encoding gets a bounded share, so that what waits goes on too. Belongs to one thread.
 */
final class Pacing {
  /** Of the time of steps, what pieces of the encoder may take from the saturation on. */
  private static final double SHARE = 1.0 / 3;

  private final long maxPause;
  private final int saturation;

  /** Since the last step, in nanoseconds. */
  private long pause;

  /** Time of steps less what encoding has taken of it, at most one pause's worth. */
  private double credit;

  /** The last piece of the encoder, which the next one is taken to resemble. */
  private long piece;

  /** A step that nobody joins, and what each that joins adds to it: both a mean of late. */
  private double plain;

  private double joined;

  /**
   * @param maxPause between two steps
   * @param saturation rows from which on decoding comes first
   */
  Pacing(Duration maxPause, int saturation) {
    this.maxPause = maxPause.toNanos();
    this.saturation = saturation;
  }

  /**
   * Whether a piece of the encoder comes before the next step.
   *
   * @param rows of the next step; 0: there is none
   */
  boolean encodesNext(int rows) {
    if (rows == 0) {
      return true;
    }
    if (rows >= saturation) {
      return pause == 0 && credit >= piece;
    }
    // A piece that is longer than the pause cannot be cut; it comes alone.
    return pause == 0 || pause + piece <= maxPause;
  }

  /** A piece of the encoder took so long. */
  void encoded(long nanos) {
    pause += nanos;
    piece = nanos;
    credit = Math.max(0, credit - nanos);
  }

  /**
   * How many may join the next step. The first step of a request also projects its source to keys
   * and values, in every layer that it reaches, and the others wait for that as for the encoder.
   *
   * @param rows of the batch that they join; 0: nobody waits
   */
  int mostJoining(int rows) {
    if (rows == 0 || joined <= 0) {
      return Integer.MAX_VALUE;
    }
    return (int) Math.max(1, Math.min((maxPause - pause) / joined, Integer.MAX_VALUE));
  }

  /** A step took {@code nanos}; for {@code joiners} answers it was the first one. */
  void stepped(long nanos, int joiners) {
    if (joiners == 0) {
      plain = mean(plain, nanos);
    } else if (plain > 0) {
      joined = mean(joined, Math.max(0, (nanos - plain) / joiners));
    }
    pause = 0;
    credit = Math.min(credit + SHARE * nanos, Math.max(maxPause, piece));
  }

  private static double mean(double before, double now) {
    return before == 0 ? now : 0.8 * before + 0.2 * now;
  }
}
