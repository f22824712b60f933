@NullMarked
package dev.deed.data.transcript;

import org.jspecify.annotations.NullMarked;
