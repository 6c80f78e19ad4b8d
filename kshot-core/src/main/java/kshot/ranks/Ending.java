package kshot.ranks;

/**
 * The end of a job on all ranks, and why.
 *
 * @param code exit code of all processes
 * @param cause one line that names the rank; empty where everything is done
 * @param saidByLead whether rank 0 knows it and says it, so that no other rank has to
 */
public record Ending(int code, String cause, boolean saidByLead) {}
