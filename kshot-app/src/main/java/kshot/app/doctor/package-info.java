/** The check of a machine: what it is, what kshot will use of it, and what to do about what is wrong. */
@NullMarked
package kshot.app.doctor;

import org.jspecify.annotations.NullMarked;
