package dev.deed.lab.rendering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Choices, some of which are drawn oftener than others. Immutable.
 *
 * @param choices each the tokens of one choice
 * @param sums of the weights up to each choice, with it
 */
record WeightedTokens(List<List<String>> choices, List<Double> sums) {
  WeightedTokens {
    choices = List.copyOf(choices);
    sums = List.copyOf(sums);
  }

  /**
   * Reads {@code x:3 \mu_\nu:0.5}: choices parted by spaces, each with its weight behind the last
   * colon; an underscore parts tokens of one choice.
   */
  static WeightedTokens of(String... lines) {
    List<List<String>> choices = new ArrayList<>();
    List<Double> sums = new ArrayList<>();
    double sum = 0;
    for (String line : lines) {
      for (String choice : line.split(" ")) {
        int colon = choice.lastIndexOf(':');
        choices.add(Arrays.asList(choice.substring(0, colon).split("_")));
        sum += Double.parseDouble(choice.substring(colon + 1));
        sums.add(sum);
      }
    }
    return new WeightedTokens(choices, sums);
  }

  List<String> draw(RandomGenerator random) {
    double at = random.nextDouble() * sums.getLast();
    int choice = 0;
    while (sums.get(choice) <= at) {
      choice++;
    }
    return choices.get(choice);
  }
}
