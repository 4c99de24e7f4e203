package suimon.model;

import java.nio.file.Path;
import suimon.pipeline.Model;
import suimon.pipeline.ModelContract;

/** The shipped package keeps the contract of every model. */
class OnnxModelTest extends ModelContract {
    @Override
    protected Model open() throws Exception {
        return new OnnxFactory().open("hypoxia", Path.of("packages")).load();
    }
}
