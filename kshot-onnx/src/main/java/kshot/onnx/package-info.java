/**
 * ONNX models of networks: they are written ({@link kshot.onnx.OnnxWriter}), run in ONNX Runtime ({@link
 * kshot.onnx.OnnxSession}), compared with the program that wrote them ({@link kshot.onnx.Parity}) and timed ({@link
 * kshot.onnx.OnnxLatency}). Start with {@link kshot.onnx.OnnxWriter}.
 */
@NullMarked
package kshot.onnx;

import org.jspecify.annotations.NullMarked;
