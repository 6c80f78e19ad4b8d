package kshot.study;

import kshot.run.settings.SettingsTree;

/**
 * A training of supernets that studies need: a member of the {@link TrainingPool}.
 *
 * @param name of its run directory, which sets it apart from others in the folder of the studies
 * @param kind the name without the seed: trainings of one kind take the same time
 * @param settings of its run
 */
record TrainingSpec(String name, String kind, SettingsTree settings) {

    /** Returns the training with a K and a seed, on one thread: members are trained side by side. */
    static TrainingSpec of(SettingsTree base, int k, long seed) {
        SettingsTree settings = base.copy();
        settings.set("supernet.k", "" + k);
        settings.set("seed", "" + seed);
        settings.set("threads", "1");
        return new TrainingSpec("k" + k + "-seed" + seed, "k" + k, settings);
    }

    /** Returns this training with a setting changed; this one if the setting has that value already. */
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
