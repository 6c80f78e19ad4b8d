@NullMarked
package kshot.app.doctor;

import org.jspecify.annotations.NullMarked;
