/** Experiments over many trainings: the tables and figures of the paper, with a seed for each repetition. */
@NullMarked
package kshot.study;

import org.jspecify.annotations.NullMarked;
