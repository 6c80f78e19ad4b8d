package kshot.run.settings;

import java.io.IOException;
import java.nio.file.Path;
import kshot.testing.TinyRun;

/** The settings of a {@link TinyRun}: those of the preset {@code smoke}, one thread, its images and its space. */
public final class TinySettings {
    private TinySettings() {}

    /**
     * Draws the images and writes the space.
     *
     * @param folder where
     */
    public static SettingsTree in(Path folder) throws IOException {
        TinyRun tiny = TinyRun.in(folder);
        SettingsTree settings = SettingsTree.preset("smoke", "");
        settings.set("data.source", tiny.images().toString());
        settings.set("space.name", tiny.space().toString());
        settings.set("threads", "1");
        return settings;
    }
}
