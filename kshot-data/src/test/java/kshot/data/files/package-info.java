@NullMarked
package kshot.data.files;

import org.jspecify.annotations.NullMarked;
