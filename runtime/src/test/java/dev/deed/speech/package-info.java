@NullMarked
package dev.deed.speech;

import org.jspecify.annotations.NullMarked;
