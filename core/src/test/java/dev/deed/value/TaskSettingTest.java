package dev.deed.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A table of a task's settings, with each type of value that others do not have. */
final class TaskSettingTest {
  private static final List<TaskSetting<String, ?>> TABLE =
      List.of(
          of("name", new SettingType.Text()),
          of("heat", new SettingType.Numbers(new SettingType.Decimal(0, 100), 3)),
          of("place", new SettingType.Boxes(2)),
          of(
              "margin",
              new SettingType.Words<>(new SettingType.Whole(0, 99), Map.of("on", 40, "true", 40))));

  private static <T> TaskSetting<String, T> of(String name, SettingType<T> type) {
    return new TaskSetting<>(name, type, "", (all, value) -> all + name + "=" + value + ";");
  }

  private static String applied(String name, @Nullable Object value) {
    Map<String, @Nullable Object> stated = new HashMap<>();
    stated.put(name, value);
    return TaskSetting.apply(TABLE, "", stated);
  }

  @Test
  void valuesOfJsonAreTaken() {
    assertThat(applied("name", "x")).isEqualTo("name=x;");
    assertThat(applied("name", null)).isEmpty();
    assertThat(applied("other", 1)).isEmpty();
    assertThat(applied("heat", 0.5)).isEqualTo("heat=[0.5];");
    assertThat(applied("heat", List.of(0, 0.5))).isEqualTo("heat=[0.0, 0.5];");
    assertThat(applied("place", List.of(1, 2, 3, 4))).contains("x0=1.0");
    assertThat(applied("margin", 7)).isEqualTo("margin=7;");
    assertThat(applied("margin", "on")).isEqualTo("margin=40;");
    assertThat(applied("margin", true)).isEqualTo("margin=40;");
  }

  @Test
  void whatIsNoValueIsRefusedByItsName() {
    assertRefused("name", 1, "name: is 1; give a text");
    assertRefused("heat", List.of(1, 101), "give a number from 0 to 100, or a list of up to 3");
    assertRefused("heat", List.of(1, 1, 1, 1), "heat: is [1, 1, 1, 1]");
    assertRefused("heat", "1", "heat: is 1");
    assertRefused("place", List.of(1, 2, 3), "give X0,Y0,X1,Y1 in pixels");
    assertRefused("place", List.of(), "place: is []");
    assertRefused("place", List.of(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4), "place: is");
    assertRefused("margin", "off", "give a whole number from 0 to 99, or on or true");
    assertRefused("margin", 100, "margin: is 100");
  }

  private static void assertRefused(String name, Object value, String message) {
    assertThatThrownBy(() -> applied(name, value))
        .isInstanceOfSatisfying(
            InputException.class, error -> assertThat(error.field()).isEqualTo(name))
        .hasMessageContaining(message);
  }

  @Test
  void aTextSpellsWhatJsonHolds() {
    SettingType<?> heat = TABLE.get(1).type();
    assertThat(heat.jsonOf("0, 0.4")).isEqualTo(List.of(0.0, 0.4));
    assertThat(heat.jsonOf("0,,1")).isNull();
    assertThat(TABLE.get(2).type().jsonOf("1,2,3,4")).isEqualTo(List.of(1.0, 2.0, 3.0, 4.0));
    assertThat(TABLE.get(3).type().jsonOf("on")).isEqualTo("on");
    assertThat(TABLE.get(3).type().jsonOf("7")).isEqualTo(7);
    assertThat(TABLE.get(3).type().jsonOf("seven")).isNull();
  }
}
