package suimon.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LicenceTest {
    @ParameterizedTest
    @ValueSource(strings = {"Apache License, Version 2.0", "The Apache Software License, Version 2.0", "MIT",
        "The MIT License (MIT)", "BSD-2-Clause", "3-Clause BSD License", "Eclipse Public License - v 2.0", "EPL 2.0",
        "Bouncy Castle Licence", "MIT-0"})
    void permissiveLicencesMayShip(String name) {
        assertThat(new Licence(name, "").isPermissive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GNU Lesser General Public License", "GPL2 w/ CPE", "LGPL-2.1-or-later", "AGPL-3.0",
        "GNU Affero General Public License v3", "GPL with a BSD exception", "Commercial", "Business Source License 1.1",
        "SSPL", ""})
    void copyleftAndUnknownOnesMayNot(String name) {
        assertThat(new Licence(name, "").isPermissive()).isFalse();
    }
}
