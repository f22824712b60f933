/**
 * Generation settings with the names and meanings of Transformers: what a folder states, what a
 * caller overrides, and what they come to for a search.
 *
 * <p>Begin with {@link GenerationSettings}: {@code read} puts the caller's settings over {@link
 * GenerationDefaults}, those of the folder, and checks them. {@link ProcessorChain} has the order
 * of logits processors. {@link SettingNames} says of every setting of Transformers whether it acts,
 * has no effect, or is refused. {@link SpeechTokens} are the tokens that tell Whisper what to do.
 *
 * <p>A setting of your own is an entry in {@link dev.deed.value.GenerationSetting#ALL}, a processor
 * in {@code dev.deed.decode.logits}, and a line in {@link ProcessorChain}. Run {@code
 * SettingsPageTest} with {@code -Ddeed.docs=write}.
 */
@NullMarked
package dev.deed.settings;

import org.jspecify.annotations.NullMarked;
