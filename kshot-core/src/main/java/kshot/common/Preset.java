package kshot.common;

/** A name for how much is computed. Records of settings have their values for each; see their static methods. */
public enum Preset {
    /** Half a minute, to try an installation: everything is done, nothing is learnt well. */
    SMOKE,
    /** Minutes on two cores: the default. */
    QUICK,
    /** About an hour on two cores, for images of 32 pixels. */
    STANDARD,
    /** The paper's own schedule, as far as its supplement states it: days on two cores. */
    PAPER
}
