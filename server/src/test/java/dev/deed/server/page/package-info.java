@NullMarked
package dev.deed.server.page;

import org.jspecify.annotations.NullMarked;
