/**
 * The run store: everything a run measured, in the SQLite database {@code run.db} of its run directory. Start at
 * {@link kshot.app.store.RunStore}. {@link kshot.app.store.EventWriter} shows the curves in TensorBoard besides.
 */
@NullMarked
package kshot.app.store;

import org.jspecify.annotations.NullMarked;
