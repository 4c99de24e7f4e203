package suimon.dataset;

import suimon.reading.Entry;
import suimon.reading.Value;
import suimon.store.ObservationBook;

/** An observation as one line of JSON, the same in the API's list and in the export. */
public final class ObservationManifest {
    private ObservationManifest() {}

    /** The line, without its end. */
    public static String line(ObservationBook.Line line) {
        Entry.Observation seen = line.seen();
        int cut = seen.what().indexOf('/');
        return "{\"sequence\":" + line.sequence()
                + ",\"kind\":" + JsonText.of(cut < 0 ? seen.what() : seen.what().substring(0, cut))
                + ",\"species\":" + (cut < 0 ? "null" : JsonText.of(seen.what().substring(cut + 1)))
                + ",\"place\":" + JsonText.of(seen.series())
                + ",\"value\":" + (seen.value() instanceof Value.None ? "null" : JsonText.of(seen.value().asText()))
                + ",\"unit\":" + JsonText.of(seen.unit())
                + ",\"at\":" + JsonText.of(seen.at().toString())
                + ",\"by\":" + JsonText.of(seen.by())
                + ",\"note\":" + JsonText.of(seen.note())
                + ",\"withdrawn\":" + line.isWithdrawal()
                + ",\"replacedBy\":" + (line.replacedBy() == 0 ? "null" : line.replacedBy()) + "}";
    }
}
