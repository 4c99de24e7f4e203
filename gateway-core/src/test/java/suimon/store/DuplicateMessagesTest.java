package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;

class DuplicateMessagesTest {
    @TempDir
    Path folder;

    @Test
    void aMessageSentAgainIsKnownAlsoAfterARestart() throws Exception {
        try (Log log = open()) {
            DuplicateMessages messages = DuplicateMessages.open(log);
            assertThat(messages.judge("press", 1, false, bytes("7.1"))).isFalse();
            assertThat(messages.judge("press", 1, true, bytes("7.1"))).isTrue();
            log.commit(new Commit(List.of(), messages.changes()));
        }

        try (Log log = open()) {
            DuplicateMessages messages = DuplicateMessages.open(log);
            assertThat(messages.judge("press", 1, true, bytes("7.1"))).isTrue();
            assertThat(messages.judge("other", 1, true, bytes("7.1"))).isFalse();
            assertThat(messages.judge("press", 1, true, bytes("7.2"))).isFalse();
            assertThat(messages.judge("press", 2, false, bytes("7.1"))).isFalse();
        }
    }

    @Test
    void whatWasNotCommittedIsNotKnownAfterARestart() throws Exception {
        try (Log log = open()) {
            DuplicateMessages messages = DuplicateMessages.open(log);
            assertThat(messages.judge("press", 1, false, bytes("7.1"))).isFalse();
        }

        try (Log log = open()) {
            assertThat(DuplicateMessages.open(log).judge("press", 1, true, bytes("7.1"))).isFalse();
        }
    }

    @Test
    void aPacketIdUsedAgainNamesTheNewMessage() throws Exception {
        try (Log log = open()) {
            DuplicateMessages messages = DuplicateMessages.open(log);
            messages.judge("press", 1, false, bytes("old"));
            log.commit(new Commit(List.of(), messages.changes()));
            messages.judge("press", 1, false, bytes("new"));

            assertThat(messages.judge("press", 1, true, bytes("old"))).isFalse();
        }
    }

    @Test
    void theLastMessagesAreKnownAndMemoryStaysBounded() throws Exception {
        int last = 20_000;
        try (Log log = open()) {
            DuplicateMessages messages = DuplicateMessages.open(log);
            for (int id = 1; id <= last; id++) {
                messages.judge("press", id, false, bytes("v" + id));
                if (id % 7 == 0 || id % 11 == 0) {
                    log.submit(new Commit(List.of(), messages.changes()));
                }
            }
            log.commit(new Commit(List.of(), messages.changes()));
            assertThat(log.kept("duplicates").size()).isLessThanOrEqualTo(DuplicateMessages.MESSAGES_MAX);
        }

        try (Log log = open()) {
            DuplicateMessages messages = DuplicateMessages.open(log);
            for (int id = last - DuplicateMessages.MESSAGES_MAX + 8; id <= last; id++) {
                assertThat(messages.judge("press", id, true, bytes("v" + id))).as("id " + id).isTrue();
            }
            assertThat(messages.judge("press", 1, true, bytes("v1"))).isFalse();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Log open() throws StoreFailed {
        return Log.open(new LogSettings(folder, 1L << 30, Durability.FULL), System::nanoTime);
    }
}
