@NullMarked
package dev.deed.server.http;

import org.jspecify.annotations.NullMarked;
