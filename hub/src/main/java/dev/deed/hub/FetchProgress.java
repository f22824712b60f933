package dev.deed.hub;

/**
 * How far the fetching of a model is.
 *
 * @param model its name
 * @param files how many files the model needs that the cache lacks
 * @param bytes of them that are there, those that an earlier run left included
 * @param total bytes of all these files
 */
public record FetchProgress(ModelName model, int files, long bytes, long total) {}
