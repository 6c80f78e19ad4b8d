/**
 * The settings of a run: a preset, then a file, then single settings and options, each over the one before; bound to
 * {@link kshot.app.config.Settings}.
 */
@NullMarked
package kshot.app.config;

import org.jspecify.annotations.NullMarked;
