/** The side of the ranks that help rank 0 with a run: {@link kshot.run.member.Member}. */
@NullMarked
package kshot.run.member;

import org.jspecify.annotations.NullMarked;
