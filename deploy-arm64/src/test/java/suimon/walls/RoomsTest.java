package suimon.walls;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RoomsTest {
    private static final Path ARCHITECTURE = Path.of("..", "ARCHITECTURE.md");

    @Test
    void everyImportPointsUpTheTableOfRooms() throws IOException {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(place -> !place.contains("test-classes") && !place.contains("-tests.jar"))
                .importPackages("suimon");

        assertThat(classes.size()).as("classes found: fewer would mean that nothing was checked").isGreaterThan(50);
        assertThat(Rooms.read(ARCHITECTURE).violations(classes)).isEmpty();
    }

    @Test
    void aDeliberateViolationIsReported() throws IOException {
        JavaClasses classes = new ClassFileImporter().importPackages("suimon.alarm")
                .that(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "the deliberate violation", one -> one.getSimpleName().equals("DeliberateViolation")));

        assertThat(Rooms.read(ARCHITECTURE).violations(classes))
                .anyMatch(problem -> problem.contains("imports suimon.store"))
                .anyMatch(problem -> problem.contains("imports java.sql"));
    }

    @Test
    void theTableNamesEveryRoomOnce() throws IOException {
        assertThat(Rooms.read(ARCHITECTURE).byPackage()).hasSizeGreaterThan(15);
    }
}
