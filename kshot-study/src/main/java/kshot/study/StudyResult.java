package kshot.study;

import java.util.Map;

/** What a study found. */
public interface StudyResult {
    /** A table, and what has to be known to read it. */
    String toMarkdown();

    /** Everything, for other programs. */
    Map<String, Object> toJson();

    /** Its charts and drawings as SVG, by the names of their files, which begin with that of the study. */
    Map<String, String> toSvg();
}
