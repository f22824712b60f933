@NullMarked
package dev.deed.server.serving;

import org.jspecify.annotations.NullMarked;
