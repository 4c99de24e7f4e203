package suimon.store;

/** A choice that is written for each series of a frame, learnt by what the series before chose. */
final class FrameSymbol {
    private final int bits;
    private final int[][] contexts;
    private int last;

    FrameSymbol(int bits) {
        this.bits = bits;
        contexts = new int[1 << bits][];
        for (int before = 0; before < contexts.length; before++) {
            contexts[before] = ArithmeticEncoder.contexts(1 << bits);
        }
    }

    int last() {
        return last;
    }

    void write(int symbol, ArithmeticEncoder to) {
        ChunkShapes.writeIndex(symbol, bits, contexts[last], to);
        last = symbol;
    }

    int read(ArithmeticDecoder from) {
        last = ChunkShapes.readIndex(bits, contexts[last], from);
        return last;
    }
}
