/** Tests of fields of pages. */
@NullMarked
package dev.deed.field;

import org.jspecify.annotations.NullMarked;
