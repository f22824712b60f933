/**
 * Fields of pages: the company, the date and the total of a receipt, with the words that say so.
 * Begin with {@link dev.deed.field.FieldReader}. A model of one's own needs {@code fields} in its
 * {@code config.json} and answers that are runs of a page's words.
 */
@NullMarked
package dev.deed.field;

import org.jspecify.annotations.NullMarked;
