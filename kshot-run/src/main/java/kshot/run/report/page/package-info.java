/** The building blocks of a report's page: {@link kshot.run.report.page.Html}, tables, charts and numbers as people read them. */
@NullMarked
package kshot.run.report.page;

import org.jspecify.annotations.NullMarked;
