/**
 * The values of which the engine, DEED's modules and applications all speak. The package is public
 * API.
 *
 * <p>Begin with {@link ExitSettings}, which say when a token leaves the decoder, and {@link
 * Setting}: a name, a type with bounds, a help text. {@link ExitSetting#ALL} and {@link
 * GenerationSetting#ALL} are the tables of which options of the command line, fields of lines,
 * HTTP, Spark and the documentation are made; {@link TaskSetting}s are those of one task. {@link
 * InputException} tells what cannot be used, in three parts: what, why, what to do.
 *
 * <p>A setting of your own is one entry in its table, and the place that uses it. {@link
 * SettingType} has the types.
 *
 * <p>Types here are immutable, and know neither files nor models. A change that breaks a caller
 * needs a line in the changelog.
 */
@NullMarked
package dev.deed.value;

import org.jspecify.annotations.NullMarked;
