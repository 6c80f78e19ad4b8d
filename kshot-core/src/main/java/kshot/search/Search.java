package kshot.search;

import java.util.List;

/** A search over architectures inside hard limits: every run of it gives the same result. */
public sealed interface Search permits Nsga2, RandomSearch {

    /** Searches, telling the listener of every generation. */
    SearchResult run(Listener listener);

    /** Hears of each generation once it is evaluated, in order: to store it, and to show progress. */
    @FunctionalInterface
    interface Listener {
        /**
         * A generation is done.
         *
         * @param generation its number, from 0
         * @param fresh what was evaluated now; what the search already knew is not among it
         */
        void generationDone(int generation, List<Evaluation> fresh);
    }
}
