package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PreviewTest {
    private final Preview preview = new Preview();

    @BeforeEach
    void insightHasJoined() {
        preview.join();
        preview.groupBegins();
    }

    /** The commit comes while insight still works on what it took before it. */
    @Test
    void whatIsCommittedAfterATakeIsInTheNextOneAlone() throws Exception {
        preview.add(1, 1, 1, 1.5, true);
        preview.turnEnds();
        Preview.Taken before = take();

        Preview.Group group = new Preview.Group(preview.groupEnds(), 7, 7);
        preview.committed(group);

        assertThat(before.rows().size()).isEqualTo(1);
        assertThat(before.committed()).isEmpty();
        assertThat(take().committed()).containsExactly(group);
    }

    @Test
    void everyGroupIsTakenOnceWhereverTheTakesFall() throws Exception {
        List<Preview.Taken> all = new ArrayList<>();
        List<Preview.Group> made = new ArrayList<>();
        for (int number = 1; number <= 40; number++) {
            preview.groupBegins();
            preview.add(1, number, number, number, true);
            preview.turnEnds();
            if (number % 3 == 0) {
                all.add(take());
            }
            made.add(new Preview.Group(preview.groupEnds(), number, number));
            if (number % 5 == 0) {
                all.add(take());
            }
            preview.committed(made.getLast());
        }
        all.add(take());

        assertThat(all.stream().flatMap(taken -> taken.committed().stream()))
                .containsExactlyElementsOf(made);
        assertThat(all.stream().mapToInt(taken -> taken.rows().size()).sum()).isEqualTo(2 * made.size());
    }

    private Preview.Taken take() throws InterruptedException {
        return preview.take(new PreviewRows(), 0);
    }
}
