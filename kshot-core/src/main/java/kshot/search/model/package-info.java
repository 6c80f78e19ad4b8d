/**
 * Models of what architectures are worth: several scores as one ({@link kshot.search.model.Aggregate}), and what trainings of some say
 * of others ({@link kshot.search.model.Surrogate}).
 */
@NullMarked
package kshot.search.model;

import org.jspecify.annotations.NullMarked;
