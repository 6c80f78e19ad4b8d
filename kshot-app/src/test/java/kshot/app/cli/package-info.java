@NullMarked
package kshot.app.cli;

import org.jspecify.annotations.NullMarked;
