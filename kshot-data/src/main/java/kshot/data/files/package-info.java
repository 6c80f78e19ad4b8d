/** Files of a folder, a zip or a tar archive, seen alike: {@link kshot.data.files.FileTree} is where to start. */
@NullMarked
package kshot.data.files;

import org.jspecify.annotations.NullMarked;
