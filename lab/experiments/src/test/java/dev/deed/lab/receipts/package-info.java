@NullMarked
package dev.deed.lab.receipts;

import org.jspecify.annotations.NullMarked;
