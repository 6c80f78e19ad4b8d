package kshot.common;

/**
 * The numbers from one to another. A number that is not finite is in none.
 *
 * @param from the lower end
 * @param withFrom whether it belongs to the range
 * @param to the upper end, {@link Double#POSITIVE_INFINITY} for none
 * @param withTo whether it belongs to the range
 */
public record Range(double from, boolean withFrom, double to, boolean withTo) {

    /** From a number upwards. */
    public static Range atLeast(double least) {
        return new Range(least, true, Double.POSITIVE_INFINITY, false);
    }

    /** Above a number. */
    public static Range moreThan(double bound) {
        return new Range(bound, false, Double.POSITIVE_INFINITY, false);
    }

    /** The same up to a number. */
    public Range atMost(double most) {
        return new Range(from, withFrom, most, true);
    }

    /** The same below a number. */
    public Range lessThan(double bound) {
        return new Range(from, withFrom, bound, false);
    }

    /** Whether a number is inside. */
    public boolean contains(double value) {
        return Double.isFinite(value)
                && (withFrom ? value >= from : value > from)
                && (withTo ? value <= to : value < to);
    }

    /**
     * Checks a user's number.
     *
     * @param thing what it is, as the user calls it
     * @throws InvalidInputException if it is outside
     */
    public void require(String thing, Number value) {
        double number = value.doubleValue();
        if (!contains(number)) {
            throw InvalidInputException.of(
                    thing, value, number == Double.POSITIVE_INFINITY ? this + ", finite" : toString());
        }
    }

    /** In words, for example {@code more than 0, at most 1}. */
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
