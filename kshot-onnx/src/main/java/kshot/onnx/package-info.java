/** Networks as ONNX files. */
@NullMarked
package kshot.onnx;

import org.jspecify.annotations.NullMarked;
