/**
 * Tables, charts and pages of results. A study computes records and says by {@link kshot.study.result.StudyResult} which tables and charts
 * show them; {@link kshot.study.result.Markdown} and {@link kshot.study.result.SpreadChart} draw these, and Jackson writes the
 * records as JSON.
 */
@NullMarked
package kshot.study.result;

import org.jspecify.annotations.NullMarked;
