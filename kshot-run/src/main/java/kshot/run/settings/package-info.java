/**
 * The settings of a run: a preset, then a file, then single settings and options, each over the one before; bound to
 * {@link kshot.run.settings.Settings}.
 */
@NullMarked
package kshot.run.settings;

import org.jspecify.annotations.NullMarked;
