@NullMarked
package kshot.app.latency;

import org.jspecify.annotations.NullMarked;
