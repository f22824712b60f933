@NullMarked
package dev.deed.server.api;

import org.jspecify.annotations.NullMarked;
