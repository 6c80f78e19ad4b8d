package kshot.common;

/**
 * A range of numbers. A number that is not finite is in no range.
 *
 * @param from the lower end
 * @param withFrom whether the lower end belongs to the range
 * @param to the upper end, {@link Double#POSITIVE_INFINITY} for none
 * @param withTo whether the upper end belongs to the range
 */
public record Range(double from, boolean withFrom, double to, boolean withTo) {

    /** Returns the range from a number upwards. */
    public static Range atLeast(double least) {
        return new Range(least, true, Double.POSITIVE_INFINITY, false);
    }

    /** Returns the range above a number. */
    public static Range moreThan(double bound) {
        return new Range(bound, false, Double.POSITIVE_INFINITY, false);
    }

    /** Returns the part of this range up to a number. */
    public Range atMost(double most) {
        return new Range(from, withFrom, most, true);
    }

    /** Returns the part of this range below a number. */
    public Range lessThan(double bound) {
        return new Range(from, withFrom, bound, false);
    }

    /** Returns whether a number is inside. */
    public boolean contains(double value) {
        return Double.isFinite(value)
                && (withFrom ? value >= from : value > from)
                && (withTo ? value <= to : value < to);
    }

    /**
     * Checks a number that a user has given.
     *
     * @param thing the name of the number, as the user calls it
     * @throws InvalidInputException if it is outside
     */
    public void require(String thing, Number value) {
        double number = value.doubleValue();
        if (!contains(number)) {
            throw InvalidInputException.of(
                    thing, value, number == Double.POSITIVE_INFINITY ? this + ", finite" : toString());
        }
    }

    /** Returns the range in words, for example {@code more than 0, at most 1}. */
    @Override
    public String toString() {
        if (to == Double.POSITIVE_INFINITY) {
            return (withFrom ? "at least " : "more than ") + plain(from);
        }
        String upper = withFrom && withTo ? " to " : withTo ? ", at most " : ", less than ";
        return (withFrom ? "from " : "more than ") + plain(from) + upper + plain(to);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString(Math.round(number)) : Double.toString(number);
    }
}
