package suimon.pipeline;

import java.util.ArrayList;
import java.util.List;
import suimon.pipeline.ModelPlace.Job;
import suimon.reading.Entry;

/**
 * Tells whoever listens what the models gave, one message per window, before the commit or after
 * it; nothing is encoded while nobody listens. For the insight thread.
 */
public final class Results {
    private final List<? extends Outlet> outlets;
    private final JsonLine json = new JsonLine();
    private final List<Outlet.Message> messages = new ArrayList<>();
    private boolean isWanted;

    public Results(List<? extends Outlet> outlets) {
        this.outlets = List.copyOf(outlets);
    }

    /** Looks whether anybody listens; holds until the next call. */
    void begin() {
        isWanted = false;
        for (Outlet outlet : outlets) {
            isWanted |= outlet.isWanted(Outlet.Section.RESULTS);
        }
    }

    void add(Job job, float[] values, boolean isProvisional) {
        if (!isWanted) {
            return;
        }
        Contract contract = job.place().model().contract();
        json.begin().name("ts").milliseconds(job.window().endNanos()).name("values").open();
        for (int index = 0; index < values.length; index++) {
            json.name(contract.outputs().get(index).name()).number(values[index]);
        }
        json.close().name("model").string(job.place().name()).name("package").string(contract.identity())
                .name("provisional").plain(isProvisional ? "true" : "false");
        messages.add(new Outlet.Message(Outlet.Section.RESULTS.below() + job.prefix(), json.end()));
    }

    /** Hands over what was added, as one. */
    void send() {
        if (messages.isEmpty()) {
            return;
        }
        List<Outlet.Message> together = List.copyOf(messages);
        messages.clear();
        for (Outlet outlet : outlets) {
            if (outlet.isWanted(Outlet.Section.RESULTS)) {
                outlet.publish(together);
            }
        }
    }

    /** The outputs of a window at their valid times. */
    static List<Entry.Output> outputs(Job job, float[] values) {
        List<Entry.Output> outputs = new ArrayList<>();
        for (int index = 0; index < values.length; index++) {
            outputs.add(new Entry.Output(job.outputs().get(index).name(),
                    Insight.instant(validNanos(job, index)), values[index]));
        }
        return outputs;
    }

    /** When an output is valid: the window's end and its lead. */
    static long validNanos(Job job, int output) {
        Contract contract = job.place().model().contract();
        return job.window().endNanos() + contract.outputs().get(output).lead().toNanos();
    }
}
