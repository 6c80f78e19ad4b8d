@NullMarked
package kshot.run.report.page;

import org.jspecify.annotations.NullMarked;
