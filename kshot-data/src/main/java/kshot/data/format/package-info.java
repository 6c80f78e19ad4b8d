/**
 * The file formats of data sets. Each reader recognises its own files in a {@link kshot.data.files.FileTree} and
 * returns an {@link kshot.data.format.ImageSource}; {@link kshot.data.format.Formats} tries them one after the other.
 */
@NullMarked
package kshot.data.format;

import org.jspecify.annotations.NullMarked;
