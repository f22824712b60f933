@NullMarked
package dev.deed.server;

import org.jspecify.annotations.NullMarked;
