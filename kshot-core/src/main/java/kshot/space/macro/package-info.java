/**
 * Search spaces of layers one after the other, as YAML files describe them. {@link kshot.space.macro.MacroSpaceReader} reads a file,
 * {@code BlockReader} its blocks and {@code DecisionReader} its decisions; a {@link kshot.space.macro.MacroSpace} is what was read. A
 * new kind of block is a record that implements {@code Block}, and a line in {@code BlockReader}.
 */
@NullMarked
package kshot.space.macro;

import org.jspecify.annotations.NullMarked;
