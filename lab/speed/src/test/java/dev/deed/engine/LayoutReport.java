package dev.deed.engine;

import dev.deed.engine.LayoutSimulation.Outcome;
import dev.deed.engine.ServingCosts.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes the tables of lab/results/serving.md to stdout, once the tests are compiled: {@code java
 * -cp core/target/classes:core/target/test-classes dev.deed.engine.LayoutReport}
 */
final class LayoutReport {
  private static final List<ServingShape> SHAPES =
      List.of(
          ServingShape.T5_BASE,
          ServingShape.TROCR_BASE,
          ServingShape.TROCR_SMALL,
          ServingShape.LONG_ANSWERS);

  private static final List<Integer> CORES = List.of(1, 2, 4, 8, 16, 32, 64);
  private static final int HALVINGS = 9;

  private LayoutReport() {}

  /** Takes some minutes. */
  public static void main(String[] arguments) {
    for (int cores : CORES) {
      goodput(Machine.xeon(cores));
    }
    load(Machine.xeon(16), ServingShape.T5_BASE);
    sensitivity();
  }

  private static List<Layout> layouts(int cores) {
    List<Layout> layouts = new ArrayList<>();
    for (int pools = 1; pools <= Math.min(cores, 16); pools *= 2) {
      layouts.add(Layout.filling(cores, pools));
    }
    if (cores == 16) {
      layouts.add(Layout.filling(cores, 3));
    }
    for (int pools = 2; pools <= Math.min(cores, 8); pools *= 2) {
      layouts.add(Layout.spreading(cores, pools));
    }
    for (int quarter = 1; quarter <= 3; quarter++) {
      int encoding = cores * quarter / 4;
      if (cores * quarter % 4 == 0) {
        layouts.add(Layout.roles(cores, encoding, Math.clamp(cores / 4, 1, 8)));
        if (cores >= 32) {
          layouts.add(Layout.roles(cores, encoding, 16));
        }
      }
    }
    if (cores == 8 || cores == 16) {
      layouts.add(Layout.roles(cores, cores / 2, cores / 2));
    }
    return layouts;
  }

  private static int requests(int cores) {
    return 1000 + 30 * cores;
  }

  private static void goodput(Machine machine) {
    int cores = machine.cores();
    print("%n### %d core%s%n", cores, cores == 1 ? "" : "s");
    StringBuilder head = new StringBuilder("| layout |");
    StringBuilder line = new StringBuilder("|---|");
    for (ServingShape shape : SHAPES) {
      head.append(" ").append(shape.name()).append(" |");
      line.append("---|");
    }
    print("%s%n%s%n", head, line);
    List<ServingCosts> costs = SHAPES.stream().map(s -> new ServingCosts(machine, s)).toList();
    for (Layout layout : layouts(cores)) {
      StringBuilder row = new StringBuilder("| " + layout.name() + " |");
      for (ServingCosts each : costs) {
        Goodput goodput = Goodput.of(each, layout, requests(cores), HALVINGS);
        row.append(
            goodput.answers() == 0
                ? " 0 |"
                : format(" %.3g (%.1f s) |", goodput.answers(), goodput.seconds()));
      }
      print("%s%n", row);
    }
  }

  private static void load(Machine machine, ServingShape shape) {
    ServingCosts costs = new ServingCosts(machine, shape);
    print("%n### Rising load: %s, %d cores%n", shape.name(), machine.cores());
    List<Layout> layouts =
        List.of(
            Layout.filling(machine.cores(), 1),
            Layout.filling(machine.cores(), 2),
            Layout.filling(machine.cores(), 4),
            Layout.spreading(machine.cores(), 2),
            Layout.spreading(machine.cores(), 4),
            Layout.roles(machine.cores(), 8, 8));
    print("| requests a second |");
    layouts.forEach(layout -> print(" %s |", layout.name()));
    print("%n|---|%s%n", "---|".repeat(layouts.size()));
    for (int load = 4; load <= 40; load += 4) {
      print("| %d |", load);
      for (Layout layout : layouts) {
        Outcome outcome = new LayoutSimulation(costs, layout, load, requests(16)).run();
        print(" %.1f |", load * outcome.good());
      }
      print("%n");
    }
  }

  private static void sensitivity() {
    print("%n### Other machines: goodput of 1, 2, 4, 8 pools%n");
    print("| machine | cores | %s |%n", String.join(" | ", names()));
    print("|---|---|%s%n", "---|".repeat(SHAPES.size()));
    for (int cores : List.of(8, 16, 32, 64)) {
      Machine xeon = Machine.xeon(cores);
      sensitivity("as above", xeon);
      sensitivity("half the socket's bandwidth", xeon.withSocketBytes(100e9));
      sensitivity("twice the socket's bandwidth", xeon.withSocketBytes(400e9));
      sensitivity("a third of the synchronisation", xeon.withSynchronisation(1.0 / 3));
      sensitivity("three times the synchronisation", xeon.withSynchronisation(3));
    }
  }

  private static List<String> names() {
    return SHAPES.stream().map(ServingShape::name).toList();
  }

  private static void sensitivity(String name, Machine machine) {
    print("| %s | %d |", name, machine.cores());
    for (ServingShape shape : SHAPES) {
      ServingCosts costs = new ServingCosts(machine, shape);
      for (int pools = 1; pools <= 8; pools *= 2) {
        Layout layout = Layout.filling(machine.cores(), pools);
        Goodput goodput = Goodput.of(costs, layout, requests(machine.cores()), HALVINGS);
        print(" %.3g%s", goodput.answers(), pools == 8 ? " |" : ",");
      }
    }
    print("%n");
  }

  private static void print(String format, Object... arguments) {
    System.out.print(format(format, arguments));
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
