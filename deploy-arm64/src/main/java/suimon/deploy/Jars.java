package suimon.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Copies one entry of the class path into the image as a jar, the natives of one processor beside it. */
final class Jars {
    /** One instant for every entry, so that the same input gives the same bytes (1980 is zip's first year). */
    private static final long ENTRY_TIME = 315_532_800_000L;

    private final Path jars;
    private final Path natives;
    private final Natives processor;

    Jars(Path jars, Path natives, Natives processor) {
        this.jars = jars;
        this.natives = natives;
        this.processor = processor;
    }

    /** Returns the jar's file name in the image. */
    String ship(Path entry) throws IOException {
        if (Files.isDirectory(entry)) {
            return pack(entry);
        }
        String name = name(entry);
        if (!hasNatives(entry)) {
            Files.copy(entry, jars.resolve(name));
            return name;
        }
        trim(entry, jars.resolve(name));
        return name;
    }

    /** A module of ours that was compiled but not packaged: the folder above target names it. */
    private String pack(Path classes) throws IOException {
        Path module = classes.toAbsolutePath().resolve("../..").normalize();
        String name = "suimon-" + Natives.fileName(module.toString()) + ".jar";
        try (ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(jars.resolve(name)));
                Stream<Path> walk = Files.walk(classes)) {
            // Folders too: Micronaut finds its beans by looking a folder up as a resource.
            List<Path> files = walk.filter(file -> !file.equals(classes)).sorted().toList();
            for (Path file : files) {
                boolean isFolder = Files.isDirectory(file);
                to.putNextEntry(entry(classes.relativize(file) + (isFolder ? "/" : "")));
                if (!isFolder) {
                    Files.copy(file, to);
                }
                to.closeEntry();
            }
        }
        return name;
    }

    /** A packaged module of ours carries no hint in its file name that it is ours. */
    private static String name(Path jar) {
        String name = Natives.fileName(jar.toString());
        boolean isOurs = jar.toAbsolutePath().toString().contains("/target/");
        return isOurs ? "suimon-" + name : name;
    }

    private static boolean hasNatives(Path jar) throws IOException {
        try (ZipFile from = new ZipFile(jar.toFile())) {
            return from.stream().anyMatch(entry -> Natives.isNative(entry.getName()));
        }
    }

    private void trim(Path jar, Path target) throws IOException {
        int kept = 0;
        try (ZipFile from = new ZipFile(jar.toFile());
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(target))) {
            Enumeration<? extends ZipEntry> entries = from.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (!Natives.isNative(entry.getName())) {
                    copy(from, entry, to);
                } else if (processor.areIn(entry.getName())) {
                    unpack(from, entry);
                    kept++;
                }
            }
        }
        if (kept == 0) {
            throw new IOException(jar + ": has natives, but none for Linux on " + processor
                    + "; it can't work there: choose another library or version");
        }
    }

    private static void copy(ZipFile from, ZipEntry entry, ZipOutputStream to) throws IOException {
        to.putNextEntry(entry(entry.getName()));
        try (InputStream content = from.getInputStream(entry)) {
            content.transferTo(to);
        }
        to.closeEntry();
    }

    private void unpack(ZipFile from, ZipEntry entry) throws IOException {
        byte[] content;
        try (InputStream in = from.getInputStream(entry)) {
            content = in.readAllBytes();
        }
        if (!processor.areFor(content)) {
            throw new IOException(from.getName() + ": " + entry.getName() + " is no library for " + processor);
        }
        try (OutputStream to = Files.newOutputStream(natives.resolve(Natives.fileName(entry.getName())))) {
            to.write(content);
        }
    }

    private static ZipEntry entry(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(ENTRY_TIME);
        return entry;
    }
}
