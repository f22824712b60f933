@NullMarked
package dev.deed.model.spec;

import org.jspecify.annotations.NullMarked;
