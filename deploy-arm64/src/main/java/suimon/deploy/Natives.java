package suimon.deploy;

import java.util.Locale;
import java.util.Set;

/** Tells natives from other entries of a jar, and those for linux-aarch64 (glibc) from the rest. */
final class Natives {
    private static final Set<String> ENDINGS =
            Set.of("so", "dll", "dylib", "jnilib", "lib", "a", "pdb", "dbg", "exe");
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
    private static final int MACHINE_OFFSET = 18;
    private static final int MACHINE_AARCH64 = 183;

    private Natives() {}

    static boolean isNative(String entry) {
        String name = fileName(entry);
        int dot = name.lastIndexOf('.');
        return dot > 0 && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /** The libraries name their folders {@code Linux/aarch64} or {@code linux-aarch64}; musl is another. */
    static boolean isForTheBox(String entry) {
        String path = "/" + entry.toLowerCase(Locale.ROOT);
        return path.contains("/linux/aarch64/") || path.contains("/linux-aarch64/");
    }

    static boolean isElf(byte[] content) {
        return content.length > MACHINE_OFFSET + 1
                && content[0] == ELF[0] && content[1] == ELF[1] && content[2] == ELF[2] && content[3] == ELF[3];
    }

    /** The header's e_machine, 183 for AArch64 (ELF for the Arm 64-bit Architecture, section 5.1). */
    static boolean isAarch64(byte[] content) {
        int machine = (content[MACHINE_OFFSET] & 0xff) | (content[MACHINE_OFFSET + 1] & 0xff) << 8;
        return isElf(content) && machine == MACHINE_AARCH64;
    }

    static String fileName(String entry) {
        return entry.substring(entry.lastIndexOf('/') + 1);
    }
}
