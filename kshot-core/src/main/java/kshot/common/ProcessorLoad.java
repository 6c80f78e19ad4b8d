package kshot.common;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The load of this machine's processors, or of the container that this process runs in. */
public final class ProcessorLoad {
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /**
     * Returns how many processors other programs have used since the last call, in [0, number of processors]; 0 where the platform
     * does not say. The first call tells nothing.
     */
    public double ofOthers() {
        double all = system.getCpuLoad();
        double own = system.getProcessCpuLoad();
        return all < 0 || own < 0 ? 0 : Math.max(0, all - own) * system.getAvailableProcessors();
    }
}
