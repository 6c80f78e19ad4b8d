package kshot.ranks;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kshot.common.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables by which launchers tell a process its rank. Those of torch come first, as torchrun may itself run under
 * Kubeflow or Slurm, and its processes inherit their variables.
 *
 * @param environment all variables of the process
 */
record LauncherVariables(Map<String, String> environment) {
    static final String RANK = "RANK";
    static final String WORLD_SIZE = "WORLD_SIZE";
    static final String LOCAL_RANK = "LOCAL_RANK";
    static final String LOCAL_WORLD_SIZE = "LOCAL_WORLD_SIZE";
    static final String MASTER_ADDR = "MASTER_ADDR";
    static final String MASTER_PORT = "MASTER_PORT";

    private static final String AGENT_STORE = "TORCHELASTIC_USE_AGENT_STORE";
    private static final String PET_NODES = "PET_NNODES";
    private static final String PET_PROCESSES = "PET_NPROC_PER_NODE";
    private static final String SLURM_RANK = "SLURM_PROCID";
    private static final String SLURM_STEP = "SLURM_STEP_ID";

    /** Jobs of Slurm that share a machine get ports of their own, from this one on. */
    private static final int FIRST_SLURM_PORT = 20000;

    private static final int SLURM_PORTS = 10000;

    /** A first host {@code a[007-009,12]b}, whose name is {@code a007b}. */
    private static final Pattern FIRST_HOST = Pattern.compile("([^\\[,]+)(?:\\[(\\d+)[^\\]]*\\]([^,\\[]*))?(?:,.*)?");

    Ranks ranks() {
        if (has(RANK) || has(WORLD_SIZE)) {
            return ofTorch();
        }
        if (has(PET_NODES)) {
            return ofTrainer();
        }
        // A batch script has a rank, too; only what srun starts is one of several.
        return has(SLURM_STEP) && has(SLURM_RANK) ? ofSlurm() : Ranks.ALONE;
    }

    /** The variables that torchrun and PyTorchJob set, and that a person may set by hand. */
    private Ranks ofTorch() {
        int size = number(WORLD_SIZE);
        int rank = number(RANK);
        if (size == 1 && rank == 0) {
            return Ranks.ALONE;
        }
        // At the port itself listens the agent of torchrun.
        int port = number(MASTER_PORT) + (isTrue(environment.get(AGENT_STORE)) ? 1 : 0);
        return new Ranks(rank, size, number(LOCAL_RANK, 0), number(LOCAL_WORLD_SIZE, 1), required(MASTER_ADDR), port);
    }

    /** The variables of Kubeflow's Trainer, which are meant for torchrun: one process for each node. */
    private Ranks ofTrainer() {
        String processes = environment.getOrDefault(PET_PROCESSES, "1");
        InvalidInputException.require(
                processes.matches("1|auto|cpu|gpu"),
                PET_PROCESSES,
                processes,
                "1, as kshot is one process on each node, unless torchrun starts it");
        int size = number(PET_NODES);
        return size == 1
                ? Ranks.ALONE
                : new Ranks(
                        number("PET_NODE_RANK"), size, 0, 1, required("PET_MASTER_ADDR"), number("PET_MASTER_PORT"));
    }

    /** Slurm gives each of its tasks processors of its own, so that none are left to share out. */
    private Ranks ofSlurm() {
        int size = has("SLURM_STEP_NUM_TASKS") ? number("SLURM_STEP_NUM_TASKS") : number("SLURM_NTASKS");
        if (size == 1) {
            return Ranks.ALONE;
        }
        String host = environment.get(MASTER_ADDR);
        return new Ranks(
                number(SLURM_RANK),
                size,
                number("SLURM_LOCALID", 0),
                1,
                host == null ? firstHost() : host,
                has(MASTER_PORT) ? number(MASTER_PORT) : FIRST_SLURM_PORT + number("SLURM_JOB_ID") % SLURM_PORTS);
    }

    /** Returns what {@code scontrol show hostnames} names first. */
    private String firstHost() {
        String name = has("SLURM_STEP_NODELIST") ? "SLURM_STEP_NODELIST" : "SLURM_JOB_NODELIST";
        Matcher list = FIRST_HOST.matcher(required(name));
        if (!list.matches()) {
            throw InvalidInputException.of(name, "'" + required(name) + "'", "a list of hosts such as node[01-04]");
        }
        return list.group(2) == null ? list.group(1) : list.group(1) + list.group(2) + list.group(3);
    }

    private boolean has(String name) {
        return environment.containsKey(name);
    }

    private String required(String name) {
        String value = environment.get(name);
        if (value == null) {
            throw InvalidInputException.of(
                    "environment variable " + name,
                    "none",
                    "a value, as other variables say that this is one of several ranks");
        }
        return value;
    }

    private int number(String name, int absent) {
        return has(name) ? number(name) : absent;
    }

    private int number(String name) {
        String text = required(name);
        try {
            int number = Integer.parseInt(text.strip());
            InvalidInputException.require(number >= 0, "environment variable " + name, text, "a number from 0 on");
            return number;
        } catch (NumberFormatException e) {
            throw InvalidInputException.of("environment variable " + name, "'" + text + "'", "a whole number", e);
        }
    }

    private static boolean isTrue(@Nullable String text) {
        return text != null && text.matches("(?i)true|1");
    }
}
