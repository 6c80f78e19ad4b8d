/** Architectures for people: their layers with costs, and drawn. Start with {@link kshot.diagram.Diagram}. */
@NullMarked
package kshot.diagram;

import org.jspecify.annotations.NullMarked;
