/**
 * Image data sets: reading, splits and batches. {@link kshot.data.load.Datasets#load} reads one, {@link
 * kshot.data.TrainingBatches} and {@link kshot.data.EvaluationBatches} turn it into batches of floats.
 */
@NullMarked
package kshot.data;

import org.jspecify.annotations.NullMarked;
