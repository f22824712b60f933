package dev.deed.lab.speed;

import dev.deed.EncoderDecoderModel;
import dev.deed.Input;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.evaluation.WarmUp;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.ExitSpec;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Measures models, and peers beside them: in every round each engine has its turn, so that what
 * disturbs the machine for a while disturbs all of them. Full depth and imposed exits take turns
 * with every repeat, and so do cases of a group.
 *
 * @param rounds of turns
 * @param repeats in a turn; their medians count
 * @param warmUp before a group's first turn; its most time counts once for each row of ours
 * @param source inputs of a model; null for made-up ones
 * @param parts whether the parts of decoding are told apart, which takes a run at every depth
 * @param schedule exits, or drafts of lossless ones, that are imposed in rows of their own; null
 *     for none
 * @param exits settings that have a row of their own; null for none
 * @param peers other engines; null for none
 * @param listener told what is measured
 */
public record Bench(
    int rounds,
    int repeats,
    WarmUp warmUp,
    @Nullable InputSource source,
    boolean parts,
    @Nullable Schedule schedule,
    @Nullable ExitSettings exits,
    @Nullable Peers peers,
    Listener listener) {
  /** Reads inputs for a model. */
  public interface InputSource {
    /** As many as the batch. */
    List<Input> inputs(EncoderDecoderModel model, int batch);
  }

  /** Told what is going on. */
  public interface Listener {
    void measuring(BenchCase conditions, String engine, int round, int rounds);
  }

  private static final String DEED = "deed";

  /** With exit settings. */
  private static final String EXITS = "deed-settings";

  /** What was measured of one case, before the limits are known. */
  private record Measured(
      BenchCase conditions,
      Traffic traffic,
      int sourceLength,
      @Nullable PartCosts costs,
      Map<String, List<Measurement>> rounds,
      Map<String, String> failures) {}

  /**
   * Measures each group of cases, one after the other, then the machine. The models of a group are
   * open together, and their cases take turns with every repeat.
   *
   * @throws dev.deed.value.InputException when a model cannot be opened, or does not take the
   *     inputs
   * @throws InterruptedException when the thread is interrupted while a peer runs
   */
  public BenchFindings run(List<List<BenchCase>> groups) throws InterruptedException {
    List<BenchCase> cases = groups.stream().flatMap(List::stream).toList();
    for (BenchCase conditions : cases) {
      // What cannot be opened is told before the first hour of measuring, not after it.
      try (ModelFolder folder = ModelFolder.open(conditions.model())) {
        int vocabulary = folder.spec().decoder().vocabulary();
        InputException.require(
            conditions.headTokens() <= vocabulary,
            conditions.name(),
            "has " + vocabulary + " tokens, its head cannot keep " + conditions.headTokens(),
            "give --head-tokens no more");
      }
    }
    Set<String> absent = new HashSet<>();
    List<List<Measured>> measured = new ArrayList<>();
    for (List<BenchCase> group : groups) {
      measured.add(measure(group, absent));
    }
    List<MachineLimits> limits =
        MachineLimits.measure(
            cases.stream().map(BenchCase::threads).distinct().sorted().toList(),
            cases.stream()
                .map(BenchCase::precision)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(WeightPrecision.class))));
    List<BenchRow> rows = new ArrayList<>();
    List<BenchPair> pairs = new ArrayList<>();
    List<ModelParts> models = new ArrayList<>();
    for (List<Measured> group : measured) {
      int first = rows.size();
      for (Measured one : group) {
        MachineLimits limit =
            limits.stream()
                .filter(found -> found.threads() == one.conditions.threads())
                .findFirst()
                .orElseThrow();
        rows.addAll(rows(one, limit));
        PartCosts costs = one.costs;
        if (costs != null) {
          List<Part> found =
              Part.of(costs, one.sourceLength, one.traffic, one.conditions.precision(), limit);
          models.add(new ModelParts(one.conditions, costs.byDepth(), found));
        }
      }
      if (group.size() > 1) {
        rows.subList(first + 1, rows.size()).stream()
            .filter(row -> row.failure() == null)
            .forEach(row -> pairs.add(new BenchPair(row, rows.get(first))));
      }
    }
    return new BenchFindings(limits, rows, pairs, models);
  }

  private List<Measured> measure(List<BenchCase> group, Set<String> absent)
      throws InterruptedException {
    PeakMemory.reset();
    List<OpenedCase> opened = new ArrayList<>();
    try {
      for (BenchCase conditions : group) {
        opened.add(open(conditions));
      }
      List<ModelBench> ours = opened.stream().flatMap(one -> one.ours().values().stream()).toList();
      for (int round = 1; round <= rounds; round++) {
        for (OpenedCase one : opened) {
          for (Map.Entry<String, ModelBench> engine : one.ours().entrySet()) {
            listener.measuring(one.conditions(), engine.getKey(), round, rounds);
            engine.getValue().begin();
          }
        }
        if (round == 1) {
          new WarmUp(warmUp.least(), warmUp.most().multipliedBy(ours.size()))
              .run(() -> ours.forEach(ModelBench::warmUp));
        }
        ours.forEach(ModelBench::warmUp); // what ran since the last turn had the caches
        // By turns, so that their times are pairs: what slows one repeat slows all alike.
        for (int repeat = 0; repeat < repeats; repeat++) {
          ours.forEach(ModelBench::repeat);
        }
        for (OpenedCase one : opened) {
          one.ours().forEach((engine, bench) -> one.add(engine, bench.measured()));
        }
        for (OpenedCase one : opened) {
          runPeers(one, round, absent);
        }
      }
      List<Measured> measured = new ArrayList<>();
      for (OpenedCase one : opened) {
        if (parts) {
          listener.measuring(one.conditions(), "parts", 1, 1);
        }
        measured.add(
            new Measured(
                one.conditions(),
                one.traffic(),
                one.sourceLength(),
                parts ? one.parts(repeats, warmUp) : null,
                one.rounds(),
                one.failures()));
      }
      return measured;
    } finally {
      opened.forEach(OpenedCase::close);
    }
  }

  private OpenedCase open(BenchCase conditions) {
    EncoderDecoderModel model = EncoderDecoderModel.open(conditions.model(), conditions.opening());
    try {
      List<Input> inputs =
          source == null
              ? BenchInputs.of(model, conditions.batch(), conditions.sourceLength())
              : source.inputs(model, conditions.batch());
      Map<String, ModelBench> ours = new LinkedHashMap<>();
      int layers = model.internals().spec().decoderLayers();
      int tokens = conditions.newTokens();
      ours.put(
          DEED,
          new ModelBench(
              model, inputs, List.of(ModelBench.Answer.of(tokens, ExitRule.full(layers))), tokens));
      if (schedule != null) {
        List<ModelBench.Answer> answers = answers(schedule, model, tokens);
        ours.put(schedule.engine(), new ModelBench(model, inputs, answers, tokens));
      }
      if (exits != null) {
        ours.put(EXITS, new ModelBench(model, inputs, exits, tokens));
      }
      return new OpenedCase(conditions, model, inputs, ours);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private void runPeers(OpenedCase one, int round, Set<String> absent) throws InterruptedException {
    if (peers == null) {
      return;
    }
    for (String name : Peers.names(one.conditions().precision())) {
      if (absent.contains(name) || one.failed(name)) {
        continue;
      }
      listener.measuring(one.conditions(), name, round, rounds);
      switch (peers.run(name, one.conditions(), repeats)) {
        case Peers.Outcome.Measured measured -> one.add(name, measured.measurement());
        case Peers.Outcome.Absent _ -> absent.add(name);
        case Peers.Outcome.Failed failed -> one.fail(name, failed.reason());
      }
    }
  }

  /**
   * The answers of a schedule. Exits are asked what the model's own policy asks, that of its drafts
   * where drafts are imposed: the largest probability, and at all it has, where it does not say.
   */
  static List<ModelBench.Answer> answers(
      Schedule schedule, EncoderDecoderModel model, int mostTokens) {
    ExitSettings own =
        switch (schedule) {
          case ExitSchedule _ -> model.ownExits();
          case DraftSchedule _ ->
              model.internals().resolvedExits(ExitSettings.own().with(ExitSetting.LOSSLESS, true));
        };
    ExitSpec exits = model.internals().spec().exits();
    List<Integer> asked = own.get(ExitSetting.LAYERS);
    return schedule.answers(
        model.internals().spec().decoderLayers(),
        mostTokens,
        Objects.requireNonNullElse(Confidence.of(own.measure()), Confidence.MAX_PROB),
        asked == null && exits != null ? exits.layers() : asked);
  }

  private static List<BenchRow> rows(Measured one, MachineLimits limit) {
    BenchCase conditions = one.conditions;
    int source = one.sourceLength;
    double ideal =
        one.traffic.stepBytes(
                conditions.precision(), conditions.batch(), source + conditions.newTokens() / 2.0)
            / limit.readGigabytes()
            / 1e6;
    String digest = one.rounds.getOrDefault(DEED, List.of()).getFirst().digest();
    List<BenchRow> rows = new ArrayList<>();
    one.rounds.forEach(
        (engine, rounds) -> {
          boolean same = rounds.stream().allMatch(round -> round.digest().equals(digest));
          rows.add(new BenchRow(engine, conditions, source, rounds, null, ideal, same));
        });
    one.failures.forEach(
        (engine, reason) ->
            rows.add(new BenchRow(engine, conditions, source, List.of(), reason, ideal, false)));
    return rows;
  }
}
