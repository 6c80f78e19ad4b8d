/**
 * The report of a run: one HTML file that opens offline. Start at {@link kshot.run.report.Report}; whether the
 * search found more than one has without it is decided in {@link kshot.run.report.Verdict}.
 */
@NullMarked
package kshot.run.report;

import org.jspecify.annotations.NullMarked;
