@NullMarked
package kshot.run.settings;

import org.jspecify.annotations.NullMarked;
