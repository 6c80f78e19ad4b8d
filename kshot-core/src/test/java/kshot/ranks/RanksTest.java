package kshot.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RanksTest {
    private static final String TORCHRUN = "RANK=5 WORLD_SIZE=8 LOCAL_RANK=1 LOCAL_WORLD_SIZE=4 GROUP_RANK=1"
            + " GROUP_WORLD_SIZE=2 ROLE_NAME=default ROLE_RANK=5 ROLE_WORLD_SIZE=8 MASTER_ADDR=node01 MASTER_PORT=29500"
            + " TORCHELASTIC_RESTART_COUNT=0 TORCHELASTIC_MAX_RESTARTS=0 TORCHELASTIC_RUN_ID=none"
            + " TORCHELASTIC_USE_AGENT_STORE=True OMP_NUM_THREADS=1";
    private static final String PYTORCH_JOB = "RANK=2 WORLD_SIZE=3 MASTER_ADDR=search-master-0 MASTER_PORT=23456"
            + " PYTHONUNBUFFERED=1 PET_NNODES=3 PET_NODE_RANK=2 KUBERNETES_SERVICE_HOST=10.96.0.1";
    private static final String TRAINER = "PET_NNODES=4 PET_NPROC_PER_NODE=auto PET_NODE_RANK=3"
            + " PET_MASTER_ADDR=search-node-0-0.search PET_MASTER_PORT=29400";
    private static final String SLURM = "SLURM_JOB_ID=1234567 SLURM_JOB_NODELIST=gpu-a[007-009,012] SLURM_NTASKS=8"
            + " SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=6 SLURM_STEP_NODELIST=gpu-a[008-009] SLURM_PROCID=4"
            + " SLURM_LOCALID=1 SLURM_NODEID=1 SLURM_TASKS_PER_NODE=3(x2)";
    private static final String SSH = "RANK=1 WORLD_SIZE=2 MASTER_ADDR=192.168.0.17 MASTER_PORT=29500";

    static Stream<Arguments> launchers() {
        return Stream.of(
                Arguments.of("nothing", "HOME=/root PATH=/bin", Ranks.ALONE),
                Arguments.of("torchrun", TORCHRUN, new Ranks(5, 8, 1, 4, "node01", 29501)),
                Arguments.of("torchrun of one", "RANK=0 WORLD_SIZE=1 LOCAL_RANK=0", Ranks.ALONE),
                Arguments.of("PyTorchJob", PYTORCH_JOB, new Ranks(2, 3, 0, 1, "search-master-0", 23456)),
                Arguments.of("Trainer", TRAINER, new Ranks(3, 4, 0, 1, "search-node-0-0.search", 29400)),
                Arguments.of("torchrun in Trainer", TRAINER + " " + TORCHRUN, new Ranks(5, 8, 1, 4, "node01", 29501)),
                Arguments.of("srun", SLURM, new Ranks(4, 6, 1, 1, "gpu-a008", 24567)),
                Arguments.of(
                        "srun with a port",
                        SLURM + " MASTER_ADDR=head MASTER_PORT=7000",
                        new Ranks(4, 6, 1, 1, "head", 7000)),
                Arguments.of("torchrun in srun", SLURM + " " + TORCHRUN, new Ranks(5, 8, 1, 4, "node01", 29501)),
                Arguments.of("batch script of Slurm", "SLURM_JOB_ID=7 SLURM_NTASKS=8 SLURM_PROCID=0", Ranks.ALONE),
                Arguments.of("ssh", SSH, new Ranks(1, 2, 0, 1, "192.168.0.17", 29500)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("launchers")
    void theVariablesOfEachLauncherGiveTheRanks(String launcher, String variables, Ranks expected) {
        assertThat(Ranks.of(environment(variables))).isEqualTo(expected);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("RANK=1", "environment variable WORLD_SIZE: none"),
                Arguments.of("WORLD_SIZE=2", "environment variable RANK: none"),
                Arguments.of(SSH + " RANK=2", "rank: 2 is not allowed; allowed: from 0 to 1"),
                Arguments.of(SSH + " RANK=-1", "environment variable RANK: -1"),
                Arguments.of(SSH + " WORLD_SIZE=two", "environment variable WORLD_SIZE: 'two'"),
                Arguments.of(SSH + " WORLD_SIZE=0", "number of ranks: 0"),
                Arguments.of(SSH + " MASTER_PORT=99999", "port of rank 0: 99999"),
                Arguments.of(SSH + " MASTER_ADDR=", "host of rank 0: ''"),
                Arguments.of(SSH + " LOCAL_WORLD_SIZE=3", "number of ranks on this machine: 3"),
                Arguments.of("RANK=1 WORLD_SIZE=2 MASTER_PORT=1", "environment variable MASTER_ADDR: none"),
                Arguments.of(TRAINER + " PET_NPROC_PER_NODE=4", "PET_NPROC_PER_NODE: 4"),
                Arguments.of(SLURM + " SLURM_STEP_NODELIST=[", "SLURM_STEP_NODELIST: '['"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("wrong")
    void variablesThatDoNotFitTogetherAreRefused(String variables, String message) {
        assertThatThrownBy(() -> Ranks.of(environment(variables)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void theOtherRanksOfAMachineKnowTheirPlaces() {
        Ranks lead = Ranks.onThisMachine(3, 4711);
        assertThat(lead).isEqualTo(new Ranks(0, 3, 0, 3, "127.0.0.1", 4711));
        assertThat(Ranks.of(lead.variables(2))).isEqualTo(new Ranks(2, 3, 2, 3, "127.0.0.1", 4711));
    }

    @Test
    void processorsAreSharedOut() {
        assertThat(Ranks.onThisMachine(3, 1).share(8)).isEqualTo(2);
        assertThat(Ranks.onThisMachine(3, 1).share(2)).isEqualTo(1);
        assertThat(Ranks.ALONE.share(8)).isEqualTo(8);
    }

    /** Later words override earlier ones. */
    private static Map<String, String> environment(String variables) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String variable : variables.split(" ", -1)) {
            String[] parts = variable.split("=", 2);
            environment.put(parts[0], parts[1]);
        }
        return environment;
    }
}
