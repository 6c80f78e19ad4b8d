@NullMarked
package kshot.app.config;

import org.jspecify.annotations.NullMarked;
