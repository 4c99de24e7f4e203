package suimon.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Tells a message that is sent again because its acknowledgement was lost from a new one, where the
 * readings' time is taken on arrival and so can't tell. Compared are (client, packet id, payload)
 * of a message with the DUP flag (MQTT 5, 3.3.1.1) with the client's last messages.
 *
 * <p>What is remembered is kept in the log with the messages' own commit: a group per client and
 * commit under a key that is used again. For one thread.
 */
public final class DuplicateMessages {
    /** Messages remembered of one client: more than it may have in flight. */
    public static final int MESSAGES_MAX = 4096;
    /** Clients remembered; the one silent for longest is forgotten first. */
    public static final int CLIENTS_MAX = 1024;

    private static final String OWNER = "duplicates";

    private final LinkedHashMap<String, Client> clients = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, List<Mark>> uncommitted = new LinkedHashMap<>();
    private final List<Change> forgotten = new ArrayList<>();
    private long groups;

    private DuplicateMessages() {}

    private record Mark(int packetId, long hash) {}

    private record Group(int slot, long number, List<Mark> marks) {}

    /** What is remembered of one client, oldest first. */
    private static final class Client {
        final Deque<Group> groups = new ArrayDeque<>();
        int messages;
        int slots;
    }

    /** Rebuilds what was remembered with the last commits. */
    public static DuplicateMessages open(Log log) {
        DuplicateMessages duplicates = new DuplicateMessages();
        List<Map.Entry<String, Group>> found = new ArrayList<>();
        log.kept(OWNER).forEach((key, bytes) -> {
            int cut = key.indexOf('/');
            found.add(Map.entry(key.substring(cut + 1), groupOf(Integer.parseInt(key.substring(0, cut)), bytes)));
        });
        found.sort(Comparator.comparingLong(entry -> entry.getValue().number()));
        found.forEach(entry -> duplicates.restore(entry.getKey(), entry.getValue()));
        return duplicates;
    }

    /**
     * Whether the message was stored before; one that was not is remembered.
     *
     * @param duplicate the DUP flag; without it a message is always new
     */
    public boolean judge(String client, int packetId, boolean duplicate, byte[] payload) {
        Mark mark = new Mark(packetId, hashOf(payload));
        if (duplicate && isKnown(client, mark)) {
            return true;
        }
        List<Mark> marks = uncommitted.computeIfAbsent(client, missing -> new ArrayList<>());
        if (marks.size() == MESSAGES_MAX) {
            marks.removeFirst();
        }
        marks.add(mark);
        return false;
    }

    /** What to commit together with the messages judged since the last call. */
    public List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        uncommitted.forEach((name, marks) -> changes.addAll(add(name, marks)));
        uncommitted.clear();
        changes.addAll(forgotten);
        forgotten.clear();
        return changes;
    }

    private boolean isKnown(String name, Mark mark) {
        List<Mark> fresh = uncommitted.getOrDefault(name, List.of());
        for (Mark one : fresh.reversed()) {
            if (one.packetId() == mark.packetId()) {
                return one.equals(mark);
            }
        }
        Client client = clients.get(name);
        if (client == null) {
            return false;
        }
        for (Iterator<Group> newest = client.groups.descendingIterator(); newest.hasNext(); ) {
            for (Mark one : newest.next().marks().reversed()) {
                if (one.packetId() == mark.packetId()) {
                    return one.equals(mark);
                }
            }
        }
        return false;
    }

    private List<Change> add(String name, List<Mark> marks) {
        Client client = clients.get(name);
        if (client == null) {
            client = new Client();
            clients.put(name, client);
            forgetEldest();
        }
        List<Integer> free = new ArrayList<>();
        while (client.messages + marks.size() > MESSAGES_MAX && !client.groups.isEmpty()) {
            Group oldest = client.groups.removeFirst();
            client.messages -= oldest.marks().size();
            free.add(oldest.slot());
        }
        int slot = free.isEmpty() ? client.slots++ : free.removeFirst();
        Group group = new Group(slot, ++groups, List.copyOf(marks));
        client.groups.addLast(group);
        client.messages += marks.size();
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.Keep(OWNER, slot + "/" + name, toBytes(group)));
        for (int unused : free) {
            changes.add(new Change.Keep(OWNER, unused + "/" + name, new byte[0]));
        }
        return changes;
    }

    private void forgetEldest() {
        if (clients.size() > CLIENTS_MAX) {
            Map.Entry<String, Client> eldest = clients.firstEntry();
            clients.remove(eldest.getKey());
            for (Group group : eldest.getValue().groups) {
                forgotten.add(new Change.Keep(OWNER, group.slot() + "/" + eldest.getKey(), new byte[0]));
            }
        }
    }

    private void restore(String name, Group group) {
        Client client = clients.computeIfAbsent(name, missing -> new Client());
        client.groups.addLast(group);
        client.messages += group.marks().size();
        client.slots = Math.max(client.slots, group.slot() + 1);
        groups = Math.max(groups, group.number());
    }

    private static byte[] toBytes(Group group) {
        ByteWriter to = new ByteWriter(16);
        to.putVarint(group.number()).putVarint(group.marks().size());
        group.marks().forEach(mark -> to.putVarint(mark.packetId()).putLong(mark.hash()));
        return to.toBytes();
    }

    private static Group groupOf(int slot, byte[] bytes) {
        ByteReader from = new ByteReader(bytes);
        long number = from.getVarint();
        List<Mark> marks = new ArrayList<>();
        for (int left = from.getCount(9); left > 0; left--) {
            marks.add(new Mark((int) from.getVarint(), from.getLong()));
        }
        return new Group(slot, number, marks);
    }

    /** Two checksums of different polynomials: against chance, which is all that matters here. */
    private static long hashOf(byte[] payload) {
        CRC32C low = new CRC32C();
        CRC32 high = new CRC32();
        low.update(payload);
        high.update(payload);
        return high.getValue() << 32 | low.getValue();
    }
}
