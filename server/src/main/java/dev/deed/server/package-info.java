/** An HTTP service for models: {@link dev.deed.server.DeedServer}. */
@NullMarked
package dev.deed.server;

import org.jspecify.annotations.NullMarked;
