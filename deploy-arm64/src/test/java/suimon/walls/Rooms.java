package suimon.walls;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The table of rooms in ARCHITECTURE.md as a rule. */
record Rooms(Map<String, Room> byPackage) {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final List<String> FREE = List.of("java.", "javax.crypto", "javax.net", "javax.security",
            "org.slf4j", "org.jspecify", "jdk.", "com.sun.management");

    /** One row of the table: our packages and foreign prefixes it may import. */
    record Room(String name, Set<String> ours, Set<String> foreign) {}

    static Rooms read(Path architecture) throws IOException {
        Map<String, Room> rooms = new LinkedHashMap<>();
        for (String line : Files.readAllLines(architecture)) {
            String[] cells = line.split("\\|");
            if (cells.length < 6 || !cells[2].contains("`suimon.")) {
                continue;
            }
            String name = codes(cells[2]).getFirst();
            Set<String> ours = new LinkedHashSet<>();
            for (String allowed : codes(cells[4])) {
                if (allowed.equals("rest")) {
                    ours.addAll(rooms.keySet());
                } else {
                    ours.add("suimon." + allowed);
                }
            }
            rooms.put(name, new Room(name, ours, new LinkedHashSet<>(codes(cells[5]))));
        }
        return new Rooms(rooms);
    }

    /** Every import that the table does not allow, one sentence each. */
    Set<String> violations(JavaClasses classes) {
        Set<String> found = new TreeSet<>();
        for (JavaClass one : classes) {
            Room room = roomOf(one.getPackageName());
            if (room == null) {
                found.add(one.getName() + " is in no room of the table");
                continue;
            }
            for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
                String target = base(dependency.getTargetClass()).getPackageName();
                if (!isAllowed(room, target)) {
                    found.add(one.getName() + " in " + room.name + " imports " + target);
                }
            }
        }
        return found;
    }

    private boolean isAllowed(Room room, String target) {
        if (target.isEmpty() || target.startsWith(room.name)) {
            return true;
        }
        if (target.startsWith("suimon.")) {
            Room other = roomOf(target);
            return other != null && room.ours.contains(other.name);
        }
        if (room.foreign.stream().anyMatch(target::startsWith)) {
            return true;
        }
        return !target.startsWith("java.sql") && FREE.stream().anyMatch(target::startsWith);
    }

    private @Nullable Room roomOf(String packageName) {
        @Nullable Room best = null;
        for (Room room : byPackage.values()) {
            boolean isIn = packageName.equals(room.name) || packageName.startsWith(room.name + ".");
            if (isIn && (best == null || room.name.length() > best.name.length())) {
                best = room;
            }
        }
        return best;
    }

    private static JavaClass base(JavaClass type) {
        return type.getBaseComponentType();
    }

    private static List<String> codes(String cell) {
        return new ArrayList<>(CODE.matcher(cell).results().map((MatchResult match) -> match.group(1))
                .flatMap(text -> Arrays.stream(text.split(", *"))).toList());
    }
}
