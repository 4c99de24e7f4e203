package suimon.config;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** A YAML parser that refuses what nests deeper than any file of ours: the library follows it until the stack ends. */
final class BoundedParser extends ParserImpl {
    static final int DEPTH_MAX = 50;

    private int depth;

    private BoundedParser(LoadSettings settings, String text) {
        super(settings, new StreamReader(settings, text));
    }

    /** The document; empty for an empty text. YamlEngineException where it is none. */
    static Optional<Node> compose(LoadSettings settings, String text) {
        return new Composer(settings, new BoundedParser(settings, text)).getSingleNode();
    }

    @Override
    public Event next() {
        Event event = super.next();
        switch (event.getEventId()) {
            case MappingStart, SequenceStart -> depth++;
            case MappingEnd, SequenceEnd -> depth--;
            case StreamStart, StreamEnd, DocumentStart, DocumentEnd, Scalar, Alias, Comment -> { }
        }
        if (depth > DEPTH_MAX) {
            throw new ParserException("nested deeper than " + DEPTH_MAX, event.getStartMark());
        }
        return event;
    }
}
