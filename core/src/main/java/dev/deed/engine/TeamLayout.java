package dev.deed.engine;

import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;

/**
 * How many teams of an engine share the threads, and how many threads each has. A large team waits
 * for its slowest thread dozens of times a step, and pauses its answers to encode; small teams read
 * the weights more often and take long for an input. lab/results/serving.md has the simulation that
 * the numbers come from.
 */
public final class TeamLayout {
  private static final int TWO_TEAMS = 8;
  private static final int FOUR_TEAMS = 32;

  private TeamLayout() {}

  /**
   * Sizes of the teams that share some threads: one team of up to 7, two of up to 31, then four.
   *
   * @param threads of all teams together, 1 or more
   * @return threads of each team, which differ by one at most
   */
  public static List<Integer> sizes(int threads) {
    return sizes(threads, threads < TWO_TEAMS ? 1 : threads < FOUR_TEAMS ? 2 : 4);
  }

  /**
   * Sizes of so many teams.
   *
   * @param threads of all teams together, at least {@code teams}
   * @param teams 1 or more
   * @return threads of each team, which differ by one at most
   */
  public static List<Integer> sizes(int threads, int teams) {
    List<Integer> sizes = new ArrayList<>();
    for (int team = 0; team < teams; team++) {
      sizes.add(
          WorkerTeam.bound(team + 1, teams, threads) - WorkerTeam.bound(team, teams, threads));
    }
    return List.copyOf(sizes);
  }
}
