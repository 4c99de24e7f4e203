package suimon.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LicencesTest {
    @TempDir
    Path repository;

    @Test
    void aLibraryThatNamesNoneHasItsParentsLicence() throws IOException {
        put("org/example/parent/1/parent-1.pom", "<project><groupId>org.example</groupId>"
                + "<licenses><license><name>MIT</name></license></licenses></project>");
        Path jar = library("<parent><groupId>org.example</groupId><artifactId>parent</artifactId>"
                + "<version>1</version></parent>");

        assertThat(Licences.of(jar)).containsExactly(new Licence("MIT", ""));
    }

    @Test
    void aCopyleftLibraryIsRefusedByName() throws IOException {
        Path jar = library("<groupId>org.example</groupId><licenses><license><name>AGPL-3.0</name></license>"
                + "</licenses>");
        ThirdParty thirdParty = new ThirdParty();

        thirdParty.add(jar);

        assertThat(thirdParty.refusals()).singleElement().asString().startsWith("library-1: found AGPL-3.0");
    }

    @Test
    void aLibraryWithoutAnyLicenceIsRefused() throws IOException {
        Path jar = library("<groupId>org.example</groupId>");
        ThirdParty thirdParty = new ThirdParty();

        thirdParty.add(jar);

        assertThat(thirdParty.refusals()).singleElement().asString().contains("found no licence");
    }

    private Path library(String body) throws IOException {
        put("org/example/library/1/library-1.pom", "<project>" + body + "</project>");
        Path jar = repository.resolve("org/example/library/1/library-1.jar");
        new ZipOutputStream(Files.newOutputStream(jar)).close();
        return jar;
    }

    private void put(String place, String text) throws IOException {
        Path file = repository.resolve(place);
        Files.createDirectories(file.resolve(".."));
        Files.writeString(file, text);
    }
}
