package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Things by name are found and ordered as a linked map would. */
class ByNameTest {
    private record Named(String name, int step) {}

    @Test
    void findsAndOrdersAsALinkedMapWould() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            ByName<Named> named = new ByName<>(Named::name);
            Map<String, Named> expected = new LinkedHashMap<>();
            for (int step = 0; step < 500; step++) {
                Named one = new Named(name(random), step);
                named.put(one);
                expected.put(one.name(), one);
                String asked = name(random);
                assertThat(named.get(asked)).as("seed %d, step %d", seed, step).isSameAs(expected.get(asked));
            }

            List<Named> found = new ArrayList<>();
            named.forEach(found::add);

            assertThat(found).as("seed %d", seed).containsExactlyElementsOf(expected.values());
            assertThat(named.size()).isEqualTo(expected.size());
        }
    }

    @Test
    void namesOfTheSameHashAreDifferentNames() {
        ByName<String> named = new ByName<>(name -> name);
        named.put("Aa");

        assertThat("Aa").hasSameHashCodeAs("BB");
        assertThat(named.get("BB")).isNull();
        named.put("BB");
        assertThat(named.get("BB")).isEqualTo("BB");
        assertThat(named.get("Aa")).isEqualTo("Aa");
    }

    private static String name(Random random) {
        return "pen" + random.nextInt(20) + "/" + random.nextInt(20);
    }
}
