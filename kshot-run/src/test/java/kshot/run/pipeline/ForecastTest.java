package kshot.run.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import kshot.run.Run;
import kshot.run.progress.RunListener;
import kshot.run.progress.StoppingListener;
import kshot.run.settings.SettingsTree;
import kshot.run.settings.TinySettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecastTest {
    @TempDir
    private Path folder;

    private SettingsTree settings() throws IOException {
        SettingsTree settings = TinySettings.in(folder);
        settings.set("limits.max_flops", "none");
        settings.set("supernet.batch_size", "16");
        settings.set("retrain.batch_size", "16");
        return settings;
    }

    private Forecast forecast(SettingsTree settings) throws IOException {
        try (Run run = Run.create(folder.resolve("run"), settings, RunListener.NONE)) {
            return Forecast.of(run.context());
        }
    }

    @Test
    void whatIsNotDoneTakesNoTime() throws IOException {
        SettingsTree settings = settings();
        settings.set("search.score", "[live_flops, jacov]");
        Forecast forecast = forecast(settings);
        assertThat(forecast.train()).isZero();
        assertThat(forecast.finalists()).isZero();
        assertThat(forecast.search()).isPositive();
        assertThat(forecast.retrain()).isPositive();
    }

    @Test
    void everythingThatIsDoneTakesTime() throws IOException {
        SettingsTree settings = settings();
        settings.set("finalists.count", "4");
        Forecast forecast = forecast(settings);
        assertThat(forecast.train()).isPositive();
        assertThat(forecast.search()).isPositive();
        assertThat(forecast.finalists()).isPositive();
        assertThat(forecast.retrain()).isPositive();
    }

    @Test
    void itIsOneLine() {
        StoppingListener listener = new StoppingListener(1);
        new Forecast(75, 20, 0, 3_600, 0, 0, 0).show(listener);
        new Forecast(75, 20, 5, 3_600, 1_250_000_000, 0, 0).show(listener);
        new Forecast(75, 20, 0, 3_600, 1_250_000_000, 400_000_000, 2_000_000_000).show(listener);
        assertThat(listener.said())
                .containsExactly(
                        "forecast: supernets 1:15, search 0:20, retraining 1:00:00: about 1:01:35 in all",
                        "forecast: supernets 1:15, search 0:20, finalists 0:05, retraining 1:00:00: about 1:01:40 in all,"
                                + " 1.3 GB of memory",
                        "forecast: supernets 1:15, search 0:20, retraining 1:00:00: about 1:01:35 in all, 1.3 GB of memory,"
                                + " 2.0 GB of the graphics card's, of it 0.40 GB for supernets");
    }
}
