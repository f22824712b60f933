package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.page.PageReader;
import dev.deed.value.InputException;
import dev.deed.value.TaskSetting;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A kind of task. Types are services: one that a module provides is a command, an endpoint of the
 * server and a task of Spark, with its fields and its settings. Immutable.
 */
public abstract class TaskType {
  private final String name;
  private final String help;
  private final Set<String> begins;
  private final List<TaskSetting<?, ?>> settings;
  private final Set<String> fields;

  /**
   * A type.
   *
   * @param begins names with which its answers may begin, behind the {@code id}
   * @param settings fields of its lines that are settings
   * @param others the other fields, beside {@code id}, {@code generation} and {@code exits}
   */
  protected TaskType(
      String name,
      String help,
      Set<String> begins,
      List<? extends TaskSetting<?, ?>> settings,
      Set<String> others) {
    this.name = name;
    this.help = help;
    this.begins = begins;
    this.settings = List.copyOf(settings);
    this.fields =
        Stream.concat(others.stream(), settings.stream().map(TaskSetting::name))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** The command's name, and the last part of the endpoint's path. */
  public final String name() {
    return name;
  }

  /** What it does, in a sentence. */
  public final String help() {
    return help;
  }

  /** The model of its command where none is named; null: one has to be. */
  public @Nullable String usualModel() {
    return null;
  }

  /**
   * Whether the folder of a model says that it is made for this task: lines for it are then of this
   * type where nobody names one.
   */
  public boolean isFor(EncoderDecoderModel model) {
    return false;
  }

  /** Fields of its lines beside {@code id}, {@code generation} and {@code exits}. */
  public final Set<String> fields() {
    return fields;
  }

  /** Those of the fields that are settings. */
  public final List<TaskSetting<?, ?>> settings() {
    return settings;
  }

  /** Whether a line of an output is an answer of it. */
  public abstract boolean isAnswer(JsonNode line);

  /** Names with which its answers may begin, behind the {@code id}. */
  public final Set<String> begins() {
    return begins;
  }

  /**
   * The task with a model.
   *
   * @param asker gets requests answered, by an engine of the model
   * @param options for lines that do not say
   * @throws InputException when the model or the options do not suit it
   */
  public abstract Task of(EncoderDecoderModel model, Asker asker, LineOptions options);

  /** Whether its lines may hold the picture of a page that another model has to read first. */
  public boolean readsPages() {
    return false;
  }

  /**
   * The task with a model, and with one that reads pages, where it {@link #readsPages}.
   *
   * @param pages asked for with the first picture; throws where there is none
   * @throws InputException when the model or the options do not suit it
   */
  public Task of(
      EncoderDecoderModel model, Asker asker, LineOptions options, Supplier<PageReader> pages) {
    return of(model, asker, options);
  }

  /** All types that there are: ours in the order of the help, then those of extensions. */
  public static List<TaskType> all() {
    return ServiceLoader.load(TaskType.class, TaskType.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /** The type of a name; null when there is none. */
  public static @Nullable TaskType named(String name) {
    return all().stream().filter(type -> type.name().equals(name)).findFirst().orElse(null);
  }

  /** The type of a model's lines, where nobody names one. */
  public static TaskType of(EncoderDecoderModel model) {
    return all().stream()
        .filter(type -> type.isFor(model))
        .findFirst()
        .orElseGet(GenerateType::new);
  }
}
