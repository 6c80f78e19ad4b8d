package kshot.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class InvalidInputExceptionTest {
    @Test
    void namesTheThingItsValueAndWhatIsAllowed() {
        assertThat(InvalidInputException.of("batch size", 1, "at least 2"))
                .hasMessage("batch size: 1 is not allowed; allowed: at least 2");
        assertThatThrownBy(() -> Range.atLeast(2).require("batch size", 1))
                .hasMessage("batch size: 1 is not allowed; allowed: at least 2");
    }

    @Test
    void bothNamesInAMessageCanBeReplaced() {
        assertThatThrownBy(() -> InvalidInputException.require(false, "parents", 9, "from 1 to %s, 5", "population"))
                .isInstanceOfSatisfying(InvalidInputException.class, e -> {
                    assertThat(e).hasMessage("parents: 9 is not allowed; allowed: from 1 to population, 5");
                    assertThat(e.renamed(name -> "search." + name))
                            .hasMessage("search.parents: 9 is not allowed; allowed: from 1 to search.population, 5")
                            .hasCause(e);
                });
    }

    /** Text of a user is no format. */
    @Test
    void aPercentSignStaysOne() {
        assertThat(InvalidInputException.of("share", "5 %d", "at most 100 %"))
                .hasMessage("share: 5 %d is not allowed; allowed: at most 100 %");
    }

    @Test
    void aMessageOfItsOwnHasNoNamesToReplace() {
        InvalidInputException whole = new InvalidInputException("no such file");
        assertThat(whole.renamed(name -> "other")).isSameAs(whole);
    }
}
