/**
 * The forms in which a data set may come. Each reader recognises its own files in a {@link kshot.data.files.FileTree}
 * and gives an {@link kshot.data.format.ImageSource}; {@link kshot.data.format.Formats} asks them one after the other.
 */
@NullMarked
package kshot.data.format;

import org.jspecify.annotations.NullMarked;
