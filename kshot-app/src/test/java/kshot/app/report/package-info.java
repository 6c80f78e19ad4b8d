@NullMarked
package kshot.app.report;

import org.jspecify.annotations.NullMarked;
