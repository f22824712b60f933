/**
 * Requests in flight: they are admitted against rows, waiting places and memory, read, encoded
 * between decoder steps, and decoded in one batch that they join and leave. {@link
 * dev.deed.engine.RequestEngine} is the entrance. Knows nothing of texts and pictures; {@link
 * dev.deed.engine.Work} hides them.
 */
@NullMarked
package dev.deed.engine;

import org.jspecify.annotations.NullMarked;
