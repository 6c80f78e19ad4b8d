/**
 * The report of a run: one HTML file that opens offline. Start at {@link kshot.app.report.Report}; whether the
 * supernets' ranking told more than FLOPs alone is decided in {@link kshot.app.report.Verdict}.
 */
@NullMarked
package kshot.app.report;

import org.jspecify.annotations.NullMarked;
