/**
 * Hostile files: {@link kshot.app.fuzz.FuzzTest} gives each reader of the program thousands of files that were valid
 * until a {@link kshot.app.fuzz.Mutator} changed them, and {@link kshot.app.fuzz.Fuzzer} watches what becomes of it.
 */
@NullMarked
package kshot.app.fuzz;

import org.jspecify.annotations.NullMarked;
