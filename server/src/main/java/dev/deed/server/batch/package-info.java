/** Files of clients and the batches that read and write them, kept in a folder. */
@NullMarked
package dev.deed.server.batch;

import org.jspecify.annotations.NullMarked;
