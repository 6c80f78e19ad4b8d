package kshot.study.result;

import java.util.List;
import java.util.Map;

/**
 * The result of a study: a record of numbers, and what shows them to people. Its JSON is the record itself, with the names of
 * its components in snake case and enum constants in lower case.
 */
public interface StudyResult {
    /** Returns the heading of the page. */
    String title();

    /** Returns the tables of the page. */
    List<Table<?>> tables();

    /** Returns the paragraphs below the tables: how to read them, and what follows from them. */
    List<String> notes();

    /** Returns charts and drawings as SVG, by the names of their files, which begin with that of the study. */
    Map<String, String> drawings();
}
