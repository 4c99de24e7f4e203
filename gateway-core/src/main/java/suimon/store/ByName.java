package suimon.store;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Things that know their own name, found by it and visited in the order they came: a table of places
 * instead of an entry for each, since several owners keep one for every series. Nothing is ever
 * removed. Not safe for several threads.
 */
public final class ByName<T> {
    private static final int ROOM_MIN = 16;

    private final Function<T, String> nameOf;
    private @Nullable Object[] things = new Object[ROOM_MIN / 2];
    /** One more than the place in things, at the name's slot or behind it with no gap between; 0 is free. */
    private int[] table = new int[ROOM_MIN];
    private int size;

    /** Things whose names the function tells, always the same of one thing. */
    public ByName(Function<T, String> nameOf) {
        this.nameOf = nameOf;
    }

    public int size() {
        return size;
    }

    /** The thing of that name; null when there is none. */
    public @Nullable T get(String name) {
        int place = table[slotOf(name)];
        return place == 0 ? null : at(place - 1);
    }

    /** Takes a thing, in the place of one with the same name. */
    public void put(T thing) {
        int slot = slotOf(nameOf.apply(thing));
        if (table[slot] != 0) {
            things[table[slot] - 1] = thing;
            return;
        }
        if (size == things.length) {
            things = Arrays.copyOf(things, size + size / 4);
        }
        things[size] = thing;
        size++;
        table[slot] = size;
        if (size > table.length / 4 * 3) {
            resize();
        }
    }

    /** Shows all in the order in which their names came first. */
    public void forEach(Consumer<T> visitor) {
        for (int place = 0; place < size; place++) {
            visitor.accept(at(place));
        }
    }

    /** Where the name is or would be put. */
    private int slotOf(String name) {
        // Spread over the whole int first: names of one plant differ in their last characters only.
        int mixed = name.hashCode() * 0x9E3779B9;
        int slot = (int) ((mixed & 0xFFFF_FFFFL) * table.length >>> Integer.SIZE);
        while (table[slot] != 0 && !nameOf.apply(at(table[slot] - 1)).equals(name)) {
            slot = slot + 1 == table.length ? 0 : slot + 1;
        }
        return slot;
    }

    private void resize() {
        table = new int[size / 3 * 5];
        for (int place = 0; place < size; place++) {
            table[slotOf(nameOf.apply(at(place)))] = place + 1;
        }
    }

    @SuppressWarnings("unchecked")
    private T at(int place) {
        return (T) Objects.requireNonNull(things[place]);
    }
}
