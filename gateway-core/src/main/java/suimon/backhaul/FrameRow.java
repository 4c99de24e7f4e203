package suimon.backhaul;

/**
 * What is durable of a frame that is cut and not yet confirmed.
 *
 * @param hash SHA-256 of its piece
 * @param counts what its content did to the books, on the last part; nothing on the others
 */
record FrameRow(long number, int part, int parts, Recipe recipe, byte[] hash, Counts counts) {
    boolean isLastPart() {
        return part == parts - 1;
    }
}
