package dev.deed.hub;

/**
 * A file of a model on a hub.
 *
 * @param name its name in the model's folder, without a path
 * @param tag what its content must be
 * @param size in bytes
 */
record RemoteFile(String name, FileTag tag, long size) {}
