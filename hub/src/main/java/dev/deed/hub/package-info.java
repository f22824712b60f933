/**
 * Models by name: {@link dev.deed.hub.ModelHub} fetches what a model needs and gives its folder.
 * The cache is the one that all clients of the Hub share, so nothing is loaded twice on a machine.
 */
@NullMarked
package dev.deed.hub;

import org.jspecify.annotations.NullMarked;
