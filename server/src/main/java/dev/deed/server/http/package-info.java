/** HTTP itself: connections, bodies, errors, streams, who may ask. It knows nothing of models. */
@NullMarked
package dev.deed.server.http;

import org.jspecify.annotations.NullMarked;
