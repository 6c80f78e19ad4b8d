package kshot.study;

import kshot.run.settings.SettingsTree;

/**
 * One training of supernets that studies need.
 *
 * @param name what sets it apart from others in the folder of the studies, and the name of its run directory
 * @param kind of members that take the same time: all but the seed is the same
 * @param settings of its run
 */
record TrainingSpec(String name, String kind, SettingsTree settings) {

    /** Settings with a K and a seed, on one thread: members are trained side by side. */
    static TrainingSpec of(SettingsTree base, int k, long seed) {
        SettingsTree settings = base.copy();
        settings.set("supernet.k", "" + k);
        settings.set("seed", "" + seed);
        settings.set("threads", "1");
        return new TrainingSpec("k" + k + "-seed" + seed, "k" + k, settings);
    }

    /** The same with one more setting; the same member if it is so already. */
    TrainingSpec with(String path, String value) {
        if (value.equals(settings.text(path))) {
            return this;
        }
        SettingsTree changed = settings.copy();
        changed.set(path, value);
        String suffix = "-" + path.substring(path.lastIndexOf('.') + 1) + "-" + value;
        return new TrainingSpec(name + suffix, kind + suffix, changed);
    }
}
