/**
 * Networks as ONNX models: written ({@link kshot.onnx.OnnxWriter}), run in ONNX Runtime
 * ({@link kshot.onnx.OnnxSession}), proved to agree with what wrote them ({@link kshot.onnx.Parity}) and timed
 * ({@link kshot.onnx.OnnxLatency}). Start with {@link kshot.onnx.OnnxWriter}.
 */
@NullMarked
package kshot.onnx;

import org.jspecify.annotations.NullMarked;
