package kshot.run;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import kshot.common.WholeFile;
import kshot.data.files.LeftOut;
import org.apache.commons.csv.CSVFormat;

/** The file of a run that lists everything of the data set that is not used: a CSV table of file, reason and detail. */
final class LeftOutFile {
    /** The name of the file. */
    static final String NAME = "left-out.csv";

    private LeftOutFile() {}

    /** Writes the file, if anything is left out. */
    static void write(RunDirectory directory, List<LeftOut> leftOut) throws IOException {
        if (!leftOut.isEmpty()) {
            String rows = leftOut.stream()
                    .map(left ->
                            CSVFormat.DEFAULT.format(left.path(), left.reason().words(), left.detail()))
                    .collect(Collectors.joining("\n"));
            WholeFile.write(directory.file(NAME), "file,reason,detail\n" + rows + "\n");
        }
    }
}
