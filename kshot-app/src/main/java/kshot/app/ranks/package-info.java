/** The processes of a job of several ranks: what starts those of one machine, and what ends all of them. */
@NullMarked
package kshot.app.ranks;

import org.jspecify.annotations.NullMarked;
