package suimon.hub;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import suimon.backhaul.Epoch;
import suimon.reading.Entry;

/** What a hub writes to a gateway's audit record. */
final class HubAudit {
    private HubAudit() {}

    static Entry refused(String gateway, String action, String why, Instant at) {
        return new Entry.Audit(gateway, action, "hub", "refused: " + why, at);
    }

    /** The entries with one more that explains why an epoch begins after another. */
    static List<Entry> anew(List<Entry> entries, String gateway, Epoch epoch, Instant at) {
        List<Entry> all = new ArrayList<>(entries);
        all.add(new Entry.Audit("hub", "begin epoch " + epoch, gateway, "this gateway's history and the hub's"
                + " differed: it was restored from a backup, its box was replaced, or one of both lost data;"
                + " it sends again what was not confirmed, and nothing is stored twice", at));
        return all;
    }

    static String twinText(String gateway) {
        return "two gateways deliver as " + gateway + ", and this one came later; give each its own site.id,"
                + " or stop one of them (the other counts as gone when silent for "
                + Twins.SILENCE.toMinutes() + " minutes)";
    }
}
