package suimon.hub;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import suimon.backhaul.Epoch;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.Entry;

/** What a hub writes to a gateway's audit record and says of itself. */
final class HubAudit {
    static final String NO_ROOM =
            "the hub has no room for more; make room on its disk or raise its quota";

    private HubAudit() {}

    /** Whose book counts the frames of a lane. */
    static String sourceOf(Lane lane) {
        return "uplink/" + lane;
    }

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
