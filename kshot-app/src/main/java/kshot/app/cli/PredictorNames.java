package kshot.app.cli;

import java.util.Iterator;
import kshot.run.settings.Predictors;

/** The names of {@link Predictors}, for the help of options that take some of them. */
final class PredictorNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return Predictors.NAMES.iterator();
    }
}
