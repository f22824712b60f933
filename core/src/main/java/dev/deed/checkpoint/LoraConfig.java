package dev.deed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * What an {@code adapter_config.json} says of a LoRA adapter: its base, and the factor of each
 * module. Which modules are changed, the tensors' names say. Belongs to one thread.
 */
public final class LoraConfig {
  /**
   * Settings of training, of how tensors began, and those that the tensors repeat; {@code
   * fan_in_fan_out} is of layers stored [inputs, outputs], which no family here has. Then those
   * that are read.
   */
  private static final Set<String> KNOWN =
      Set.of(
          ("auto_mapping base_model_name_or_path bias corda_config eva_config exclude_modules"
                  + " fan_in_fan_out inference_mode init_lora_weights layers_pattern"
                  + " layers_to_transform loftq_config lora_dropout lora_ga_config megatron_core"
                  + " modules_to_save peft_version qalora_group_size r rank_pattern revision"
                  + " runtime_config target_modules task_type"
                  + " peft_type lora_alpha alpha_pattern use_rslora")
              .split(" "));

  /** Beginnings that change the weights of the base as well. */
  private static final Pattern CHANGES_BASE =
      Pattern.compile("(pissa|olora|corda|loftq|lora_ga).*");

  private static final int LONGEST_PATTERN = 1000;

  /** Characters that a pattern may look at in one name: one of others' could go on without end. */
  private static final int LOOKS_IN_A_NAME = 20_000;

  private static final String MERGE =
      "merge it with PEFT (merge_and_unload, save_pretrained) and give the merged folder";

  private final Path folder;
  private final Config config;
  private final double alpha;
  private final boolean rankStabilized;
  private final Map<Pattern, Double> alphas = new LinkedHashMap<>();

  /** Characters that patterns may still look at. */
  private long looks = 50_000_000;

  private LoraConfig(Path folder, Config config) {
    this.folder = folder;
    this.config = config;
    this.alpha = config.number("lora_alpha", 8);
    this.rankStabilized = config.flag("use_rslora", false);
  }

  /**
   * Reads the configuration of an adapter.
   *
   * @throws InputException when it is missing or damaged, of a kind other than LoRA, or says what
   *     would change answers and is not read, such as DoRA
   */
  public static LoraConfig read(Path folder) {
    Config config = Config.read(folder.resolve(AdapterFiles.CONFIG));
    String kind = config.text("peft_type");
    refuse(!kind.equals("LORA"), config, "peft_type", "is " + kind + ", and only LORA is read");
    for (Map.Entry<String, JsonNode> setting : config.json().properties()) {
      String key = setting.getKey();
      boolean stray = isSet(setting.getValue()) && !KNOWN.contains(key);
      refuse(stray, config, key, "is set, which is not read");
    }
    String first = config.json().path("init_lora_weights").asText();
    refuse(
        CHANGES_BASE.matcher(first).matches(),
        config,
        "init_lora_weights",
        "is " + first + ", which changes the base's weights too");
    LoraConfig read = new LoraConfig(folder, config);
    if (config.has("alpha_pattern")) {
      Config patterns = config.object("alpha_pattern");
      patterns.json().fieldNames().forEachRemaining(key -> read.add(patterns, key));
    }
    return read;
  }

  private static void refuse(boolean wrong, Config config, String key, String why) {
    InputException.require(!wrong, config.origin() + ": " + key, why, MERGE);
  }

  private static boolean isSet(JsonNode value) {
    boolean empty = value.isContainerNode() ? value.isEmpty() : value.asText().isEmpty();
    return !empty && !value.isNull() && !(value.isBoolean() && !value.booleanValue());
  }

  private void add(Config patterns, String key) {
    refuse(key.length() > LONGEST_PATTERN, patterns, key, "is too long a pattern");
    try {
      alphas.put(Pattern.compile("(.*\\.)?(" + key + ")$"), patterns.number(key, alpha));
    } catch (PatternSyntaxException e) {
      refuse(true, patterns, key, "is no regular expression");
    }
  }

  /** What the adapter names as its base: a folder, or a model of the Hub with its revision. */
  public String base() {
    String revision = config.text("revision", "");
    return config.text("base_model_name_or_path", "") + (revision.isEmpty() ? "" : "@" + revision);
  }

  /**
   * The folder that the adapter names as its base, seen from its own folder, or from the working
   * directory as PEFT does.
   *
   * @param other gives one where there is none of that name
   */
  public Path baseFolder(Supplier<Path> other) {
    String base = config.text("base_model_name_or_path", "");
    try {
      return Stream.of(folder.resolve(base), Path.of(base))
          .filter(place -> !base.isBlank() && Files.isDirectory(place))
          .findFirst()
          .orElseGet(other);
    } catch (InvalidPathException e) {
      return other.get();
    }
  }

  /** Throws that its base is not to be had. */
  public Path noBase() {
    throw new InputException(
        config.origin() + ": base_model_name_or_path",
        "names the base \"" + base() + "\", which is no folder here",
        "give the base as the model, and this one as its adapter");
  }

  /**
   * What the product of a module's factors is multiplied by: alpha / r, or alpha / √r where it says
   * so. The first pattern that fits the module's name gives its alpha.
   *
   * @param module name without the prefix of PEFT
   * @param rank r, 1 or more
   * @throws InputException when the patterns take too long
   */
  float scale(String module, int rank) {
    double own = alpha;
    for (Map.Entry<Pattern, Double> pattern : alphas.entrySet()) {
      if (pattern.getKey().matcher(new Looked(module)).lookingAt()) {
        own = pattern.getValue();
        break;
      }
    }
    return (float) (own / (rankStabilized ? Math.sqrt(rank) : rank));
  }

  /** A text that counts how often it is looked at. */
  private final class Looked implements CharSequence {
    private final String text;
    private int left = LOOKS_IN_A_NAME;

    Looked(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (--left < 0 || --looks < 0) {
        refuse(true, config, "alpha_pattern", "holds patterns that take too long");
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }
  }
}
