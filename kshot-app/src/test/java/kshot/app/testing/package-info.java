/** What tests of whole runs share. */
@NullMarked
package kshot.app.testing;

import org.jspecify.annotations.NullMarked;
