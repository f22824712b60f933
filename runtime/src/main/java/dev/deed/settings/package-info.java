/**
 * Generation settings with the names and meanings of Transformers: what a folder states, what a
 * caller overrides, and what they come to for a search.
 */
@NullMarked
package dev.deed.settings;

import org.jspecify.annotations.NullMarked;
