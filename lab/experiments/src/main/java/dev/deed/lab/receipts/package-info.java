/** Made-up receipts and invoices as words with boxes, and the fields that stand on them. */
@NullMarked
package dev.deed.lab.receipts;

import org.jspecify.annotations.NullMarked;
