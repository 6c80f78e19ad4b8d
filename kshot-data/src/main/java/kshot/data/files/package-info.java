/** The files of a folder, a zip or a tar archive behind one interface. Start with {@link kshot.data.files.FileTree}. */
@NullMarked
package kshot.data.files;

import org.jspecify.annotations.NullMarked;
