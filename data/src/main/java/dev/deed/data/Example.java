package dev.deed.data;

import java.util.List;

/**
 * An input with what is to be learnt from it or expected of it.
 *
 * @param target the text to learn
 * @param targets accepted texts, at least one, the target among them
 */
public record Example(InputLine input, String target, List<String> targets) {}
