/**
 * Made examples that teach a model to copy from a page: the pre-training of a model that reads
 * receipts.
 */
@NullMarked
package dev.deed.lab.copying;

import org.jspecify.annotations.NullMarked;
