package kshot.run.store;

import tools.jackson.core.type.TypeReference;

/**
 * The key of a fact and the type of its value; the known ones stand in {@link RunMetadata}.
 *
 * @param key its key in the table, in snake case
 * @param type what its JSON is read as
 * @param <T> the same
 */
public record MetadataKey<T>(String key, TypeReference<T> type) {}
