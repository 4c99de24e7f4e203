package suimon.deploy;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Tells natives from other entries of a jar, and those for one processor's Linux (glibc) from the rest. */
enum Natives {
    /** The box. */
    AARCH64(183, "aarch64", "/linux/aarch64/", "/linux-aarch64/"),
    /** A developer's machine, for measurements of the installed program. */
    X86_64(62, "x86_64", "/linux/x86_64/", "/linux/amd64/", "/linux-x64/");

    private static final Set<String> ENDINGS =
            Set.of("so", "dll", "dylib", "jnilib", "lib", "a", "pdb", "dbg", "exe");
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
    private static final int MACHINE_OFFSET = 18;

    private final int machine;
    private final String processor;
    private final List<String> folders;

    /**
     * By processor.
     *
     * @param machine e_machine of the ELF header (System V ABI; for Arm: ELF for the Arm 64-bit
     *     Architecture, section 5.1)
     * @param folders what the libraries name the folders of theirs; musl is another
     */
    Natives(int machine, String processor, String... folders) {
        this.machine = machine;
        this.processor = processor;
        this.folders = List.of(folders);
    }

    /** By the name that {@code uname -m} gives. */
    static Natives of(String processor) {
        return Stream.of(values()).filter(one -> one.processor.equals(processor)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "found processor " + processor + ", expected aarch64 or x86_64"));
    }

    static boolean isNative(String entry) {
        String name = fileName(entry);
        int dot = name.lastIndexOf('.');
        return dot > 0 && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    boolean areIn(String entry) {
        String path = "/" + entry.toLowerCase(Locale.ROOT);
        return folders.stream().anyMatch(path::contains);
    }

    static boolean isElf(byte[] content) {
        return content.length > MACHINE_OFFSET + 1
                && content[0] == ELF[0] && content[1] == ELF[1] && content[2] == ELF[2] && content[3] == ELF[3];
    }

    boolean areFor(byte[] content) {
        return isElf(content) && machine
                == ((content[MACHINE_OFFSET] & 0xff) | (content[MACHINE_OFFSET + 1] & 0xff) << 8);
    }

    static boolean isAarch64(byte[] content) {
        return AARCH64.areFor(content);
    }

    static String fileName(String entry) {
        return entry.substring(entry.lastIndexOf('/') + 1);
    }
}
