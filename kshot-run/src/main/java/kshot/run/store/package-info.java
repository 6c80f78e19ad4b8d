/**
 * The run store: everything a run measured, in the SQLite database {@code run.db} of its run directory. Start at
 * {@link kshot.run.store.RunStore}. {@link kshot.run.store.EventWriter} shows the curves in TensorBoard besides.
 */
@NullMarked
package kshot.run.store;

import org.jspecify.annotations.NullMarked;
