/**
 * Weights and what changes them: K supernets as a dictionary, which is merged into the weights of one architecture (Eq. 1) and takes
 * gradients of them back ({@link kshot.weights.Supernets}, {@link kshot.weights.SupernetDescent}), and the weights of an architecture
 * that is trained alone ({@link kshot.weights.StandaloneWeights}).
 */
@NullMarked
package kshot.weights;

import org.jspecify.annotations.NullMarked;
