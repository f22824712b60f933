package dev.deed.cli;

import dev.deed.files.NamedPath;
import dev.deed.value.InputException;
import dev.deed.value.Setting;
import dev.deed.value.SettingType;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** A setting as an option of the command line. */
final class SettingOption {
  private static final String FILE = "@";

  private SettingOption() {}

  /**
   * The option, which takes a text; of a flag none, or {@code --no-}.
   *
   * @param name {@code --} and what follows
   */
  static OptionSpec of(Setting<?> setting, String name) {
    return switch (setting.type()) {
      case SettingType.Flag _ ->
          option(name, setting.help()).type(Boolean.class).negatable(true).build();
      case SettingType.Choice<?> _ -> option(name, help(setting)).paramLabel("NAME").build();
      case SettingType.FlagOr _ -> option(name, setting.help()).paramLabel("WHEN").build();
      case SettingType.Text(int most) when most > 0 ->
          option(name, setting.help() + " @FILE reads a file in UTF-8.")
              .paramLabel("TEXT|" + FILE + "FILE")
              .build();
      case SettingType.Texts _ ->
          option(name, setting.help())
              .type(List.class)
              .auxiliaryTypes(String.class)
              .paramLabel("TEXT")
              .build();
      case SettingType.Text _ -> option(name, setting.help()).paramLabel("TEXT").build();
      case SettingType.Decimal _, SettingType.Positive _ ->
          option(name, help(setting)).paramLabel("X").build();
      case SettingType.Whole _, SettingType.Long64 _, SettingType.Token _ ->
          option(name, help(setting)).paramLabel("N").build();
      case SettingType.Layers _ -> option(name, help(setting)).paramLabel("N,...").build();
      case SettingType.Numbers _ -> list(name, setting).paramLabel("X,...").build();
      case SettingType.Boxes _ -> list(name, setting).paramLabel("X0,Y0,X1,Y1").build();
      case SettingType.Words<?> words -> {
        OptionSpec.Builder option = option(name, help(setting)).paramLabel("VALUE");
        // A flag has --no-, and so no need of an option without a value.
        yield words.parse("on") == null || words.type() instanceof SettingType.Flag
            ? option.build()
            : option
                .arity("0..1")
                .preprocessor(new OptionalValue(text -> words.parse(text) != null))
                .build();
      }
      case SettingType.Json _ -> throw new IllegalArgumentException(setting + " is for JSON alone");
    };
  }

  private static OptionSpec.Builder list(String name, Setting<?> setting) {
    return option(name, help(setting)).type(List.class).auxiliaryTypes(String.class);
  }

  private static OptionSpec.Builder option(String name, String help) {
    return OptionSpec.builder(name).type(String.class).description(help);
  }

  private static String help(Setting<?> setting) {
    return setting.help() + " Takes " + setting.type().range() + ".";
  }

  /**
   * The value of a text, as JSON holds it.
   *
   * @throws InputException when it is none of the setting, or a file cannot be read
   */
  static Object value(Setting<?> setting, String text) {
    if (setting.type() instanceof SettingType.Text(int most) && most > 0 && text.startsWith(FILE)) {
      Path file = NamedPath.of(setting.option(), text.substring(FILE.length()));
      return OptionText.read(setting.option(), file, most);
    }
    Object value = setting.type().jsonOf(text);
    if (value == null) {
      throw new InputException(setting.option(), "is " + text, "give " + setting.type().range());
    }
    return value;
  }
}
