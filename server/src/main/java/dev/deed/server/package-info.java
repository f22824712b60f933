/**
 * An HTTP service for models.
 *
 * <p>Begin with {@link DeedServer}: {@code start} opens the port, {@code open} the models, {@code
 * drain} and {@code close} end it. {@link ServerOptions} say where it listens and to whom. {@code
 * Endpoints} lists every path with the class that answers it, {@code Gate} is what each request
 * goes through first, {@code ModelRegistry} holds the models.
 *
 * <p>An endpoint of your own is a class with an entry in {@code Endpoints} and in {@code
 * openapi.yaml}. A task that is found as a service ({@code dev.deed.data.generate.TaskType}) has
 * its path without either.
 *
 * <p>Bodies, forms and headers are untrusted. The server keeps no state on disk.
 */
@NullMarked
package dev.deed.server;

import org.jspecify.annotations.NullMarked;
