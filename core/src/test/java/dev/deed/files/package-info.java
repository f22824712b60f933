@NullMarked
package dev.deed.files;

import org.jspecify.annotations.NullMarked;
