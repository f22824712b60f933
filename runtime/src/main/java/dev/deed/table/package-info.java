/** Reads tables of pages with a model that emits their structure and finds their cells' boxes. */
@NullMarked
package dev.deed.table;

import org.jspecify.annotations.NullMarked;
