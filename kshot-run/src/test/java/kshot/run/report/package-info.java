@NullMarked
package kshot.run.report;

import org.jspecify.annotations.NullMarked;
