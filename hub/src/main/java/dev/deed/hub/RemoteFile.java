package dev.deed.hub;

import java.net.URI;

/**
 * A file of a model on a hub.
 *
 * @param name its path in the model's folder
 * @param tag what its content must be
 * @param size in bytes
 * @param place where its content is now; such an address may expire
 */
record RemoteFile(String name, FileTag tag, long size, URI place) {}
