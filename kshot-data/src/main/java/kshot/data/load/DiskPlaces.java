package kshot.data.load;

import kshot.data.store.EncodedDirectory;
import kshot.data.store.ShardDirectory;

/**
 * The places in the cache for the images of a data set that does not fit into the heap, of which it needs one.
 *
 * @param shards for their pixels
 * @param encoded for what is known of images that are decoded whenever they are needed
 */
record DiskPlaces(ShardDirectory shards, EncodedDirectory encoded) {}
