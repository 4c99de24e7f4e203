package suimon.pipeline;

/** The model of the tests keeps the contract that real ones keep. */
class TestModelTest extends ModelContract {
    @Override
    protected Model open() {
        return new TestModel(TestModel.fourHours());
    }
}
