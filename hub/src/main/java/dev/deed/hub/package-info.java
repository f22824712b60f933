/**
 * Models by name: fetched from the Hub into the cache that all its clients share.
 *
 * <p>Begin with {@link ModelHub}: {@code fetch} gives the folder of a name, {@code folder} that of
 * a name or a path. {@link ModelName} reads {@code [OWNER/]NAME[@REVISION]}. {@link Fetch} gets one
 * model, its configuration first; {@link NeededFiles} says which files a model needs; {@link
 * Download} gets one of them and holds it against the hash that the hub names. {@link HubCache} has
 * the layout of the cache, which other programs read too.
 *
 * <p>A kind of model that needs other files gets them in {@link NeededFiles}. Another hub is an
 * address: {@link HubSettings} reads the same environment variables as the Hub's Python client.
 *
 * <p>The token goes to the hub alone, never to the place where a file is kept.
 */
@NullMarked
package dev.deed.hub;

import org.jspecify.annotations.NullMarked;
