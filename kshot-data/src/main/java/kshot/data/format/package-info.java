/**
 * The file formats of data sets whose images are encoded, and the list of all formats. Each reader recognises its own files in a
 * {@link kshot.data.files.FileTree} and returns an {@link kshot.data.source.ImageSource}; {@link kshot.data.format.Formats} tries them one
 * after the other.
 */
@NullMarked
package kshot.data.format;

import org.jspecify.annotations.NullMarked;
