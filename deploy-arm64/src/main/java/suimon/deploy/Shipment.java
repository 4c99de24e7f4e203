package suimon.deploy;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays out what ships of the class path: {@code Shipment CLASS_PATH_FILE PROGRAM DOCUMENTS PROCESSOR}
 * fills PROGRAM/lib, PROGRAM/native and PROGRAM/class-path (jar names in order) and writes
 * DOCUMENTS/THIRD-PARTY. PROCESSOR is what {@code uname -m} says there, aarch64 on the box. Ends with
 * 1 and one line per problem where a library may not ship.
 */
public final class Shipment {
    private Shipment() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 4) {
            System.err.println("usage: Shipment CLASS_PATH_FILE PROGRAM DOCUMENTS PROCESSOR");
            System.exit(2);
        }
        List<Path> classPath = classPath(Path.of(arguments[0]));
        List<String> refusals = lay(classPath, Path.of(arguments[1]), Path.of(arguments[2]),
                Natives.of(arguments[3]));
        PrintStream problems = System.err;
        refusals.forEach(problems::println);
        System.exit(refusals.isEmpty() ? 0 : 1);
    }

    static List<Path> classPath(Path file) throws IOException {
        return List.of(Files.readString(file).strip().split(":")).stream().map(Path::of)
                .filter(Files::exists).toList();
    }

    static List<String> lay(List<Path> classPath, Path program, Path documents, Natives processor)
            throws IOException {
        Path lib = Files.createDirectories(program.resolve("lib"));
        Path natives = Files.createDirectories(program.resolve("native"));
        Files.createDirectories(documents);
        Jars jars = new Jars(lib, natives, processor);
        ThirdParty thirdParty = new ThirdParty();
        List<String> names = new ArrayList<>();
        for (Path entry : classPath) {
            names.add(jars.ship(entry));
            if (!isOurs(entry)) {
                thirdParty.add(entry);
            }
        }
        Files.write(program.resolve("class-path"), names);
        Files.writeString(documents.resolve("THIRD-PARTY"), thirdParty.notice());
        return thirdParty.refusals();
    }

    /** Our modules come from their build folders, all else from the Maven repository. */
    private static boolean isOurs(Path entry) {
        return entry.toAbsolutePath().toString().contains("/target/");
    }
}
