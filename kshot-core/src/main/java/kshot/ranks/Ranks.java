package kshot.ranks;

import java.util.Map;
import kshot.common.InvalidInputException;

/**
 * The place of this process among the processes, the ranks, that compute one job together. Rank 0 leads: it alone writes and talks.
 *
 * @param rank of this process, from 0
 * @param size number of ranks
 * @param localRank of this process among those of its machine, from 0
 * @param localSize number of ranks that share the processors of this machine
 * @param host where rank 0 is
 * @param port at which rank 0 listens
 */
public record Ranks(int rank, int size, int localRank, int localSize, String host, int port) {
    /** A process that computes alone. */
    public static final Ranks ALONE = new Ranks(0, 1, 0, 1, "127.0.0.1", 1);

    /** Checks that the numbers fit together. */
    public Ranks {
        InvalidInputException.require(size >= 1, "number of ranks", size, "at least 1");
        InvalidInputException.require(rank >= 0 && rank < size, "rank", rank, "from 0 to " + (size - 1));
        InvalidInputException.require(
                localSize >= 1 && localSize <= size, "number of ranks on this machine", localSize, "from 1 to " + size);
        InvalidInputException.require(
                localRank >= 0 && localRank <= rank, "rank on this machine", localRank, "from 0 to the rank, " + rank);
        InvalidInputException.require(!host.isBlank(), "host of rank 0", "'" + host + "'", "a name or an address");
        InvalidInputException.require(port >= 1 && port <= 65535, "port of rank 0", port, "from 1 to 65535");
    }

    /**
     * Returns what the variables of a launcher say; {@link #ALONE} where there are none. Launchers that are known: torchrun, Kubeflow's
     * PyTorchJob and Trainer, Slurm, and a person who sets the variables of torch.
     *
     * @param environment the variables of the process
     * @throws InvalidInputException if a variable is missing, malformed or contradicts another one
     */
    public static Ranks of(Map<String, String> environment) {
        return new LauncherVariables(environment).ranks();
    }

    /** Returns the ranks of a job whose processes are all on this machine, as rank 0 sees them. */
    public static Ranks onThisMachine(int size, int port) {
        return new Ranks(0, size, 0, size, ALONE.host, port);
    }

    /** Returns the variables by which another rank of a job that is all {@linkplain #onThisMachine on this machine} knows its place. */
    public Map<String, String> variables(int other) {
        return Map.of(
                LauncherVariables.RANK, "" + other,
                LauncherVariables.WORLD_SIZE, "" + size,
                LauncherVariables.LOCAL_RANK, "" + other,
                LauncherVariables.LOCAL_WORLD_SIZE, "" + localSize,
                LauncherVariables.MASTER_ADDR, host,
                LauncherVariables.MASTER_PORT, "" + port);
    }

    /** Returns whether there is no other rank. */
    public boolean isAlone() {
        return size == 1;
    }

    /** Returns whether this is rank 0. */
    public boolean isLead() {
        return rank == 0;
    }

    /** Returns this rank's share of some processors of its machine, at least 1. */
    public int share(int processors) {
        return Math.max(1, processors / localSize);
    }
}
