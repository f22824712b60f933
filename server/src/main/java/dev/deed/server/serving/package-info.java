/** Models that are served: opened, exchanged, asked and counted. */
@NullMarked
package dev.deed.server.serving;

import org.jspecify.annotations.NullMarked;
