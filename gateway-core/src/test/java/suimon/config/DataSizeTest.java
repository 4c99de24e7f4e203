package suimon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DataSizeTest {
    @Test
    void decimalAndBinaryPrefixesDiffer() {
        assertThat(DataSize.parse("8GB").bytes()).isEqualTo(8_000_000_000L);
        assertThat(DataSize.parse("256KiB").bytes()).isEqualTo(262_144);
        assertThat(DataSize.parse("340B").bytes()).isEqualTo(340);
        assertThat(DataSize.parse("4GB").toString()).isEqualTo("4GB");
        assertThatThrownBy(() -> DataSize.parse("8 gigs")).hasMessageContaining("8GB");
    }
}
