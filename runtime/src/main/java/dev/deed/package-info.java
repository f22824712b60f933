/** What an application embeds: a model folder in, answers out. */
@NullMarked
package dev.deed;

import org.jspecify.annotations.NullMarked;
