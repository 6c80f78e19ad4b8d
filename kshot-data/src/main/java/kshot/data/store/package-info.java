/**
 * Where the pixels of decoded images are. A {@link kshot.data.store.PixelStore} holds them, in the heap or in the shards of a
 * {@link kshot.data.store.ShardDirectory}.
 */
@NullMarked
package kshot.data.store;

import org.jspecify.annotations.NullMarked;
