package suimon.pipeline;

/** How the payloads of one topic become readings: a decode rule with the topic's names filled in. */
interface Plan {
    /** Adds the readings of the draft's payload to it, or refuses it and returns false. */
    boolean decode(Draft draft);

    /** A longer payload is rejected unread. */
    default int payloadBytesMax() {
        return Decoder.PAYLOAD_BYTES_MAX;
    }
}
