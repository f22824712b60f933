/** JMH microbenchmarks of the kernels, and side-by-side runs against the machine's limits. */
@NullMarked
package dev.deed.lab.kernels;

import org.jspecify.annotations.NullMarked;
