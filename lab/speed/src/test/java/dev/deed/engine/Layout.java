package dev.deed.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Teams of a simulated engine.
 *
 * @param name of the layout
 * @param teams threads of each team and what it does
 * @param fills whether requests fill one batch before the next one, or go to that of fewest rows
 */
record Layout(String name, List<Team> teams, boolean fills) {
  /**
   * A team.
   *
   * @param threads of the team
   * @param encodes whether it encodes
   * @param decodes whether it decodes
   */
  record Team(int threads, boolean encodes, boolean decodes) {}

  /** So many teams, each of which may encode and decode. */
  static Layout filling(int threads, int teams) {
    return new Layout(name(threads, teams), alike(threads, teams), true);
  }

  /** The same, where requests go to the batch of fewest rows. */
  static Layout spreading(int threads, int teams) {
    return new Layout(name(threads, teams) + ", spread", alike(threads, teams), false);
  }

  private static String name(int threads, int teams) {
    int least = threads / teams;
    String size =
        threads % teams == 0 ? Integer.toString(least) : "%d to %d".formatted(least, least + 1);
    return teams == 1 ? "one team" : teams + " × " + size;
  }

  private static List<Team> alike(int threads, int teams) {
    return TeamLayout.sizes(threads, teams).stream()
        .map(size -> new Team(size, true, true))
        .toList();
  }

  /**
   * Teams with fixed roles.
   *
   * @param encoding threads that encode; the others decode
   * @param size threads of a team, at most
   */
  static Layout roles(int threads, int encoding, int size) {
    List<Team> teams = new ArrayList<>();
    for (int left = encoding; left > 0; left -= size) {
      teams.add(new Team(Math.min(size, left), true, false));
    }
    for (int left = threads - encoding; left > 0; left -= size) {
      teams.add(new Team(Math.min(size, left), false, true));
    }
    String name = "%d encode, %d decode, by %d".formatted(encoding, threads - encoding, size);
    return new Layout(name, teams, false);
  }
}
