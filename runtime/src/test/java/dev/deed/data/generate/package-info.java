@NullMarked
package dev.deed.data.generate;

import org.jspecify.annotations.NullMarked;
