package suimon.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import suimon.pipeline.Contract;
import suimon.pipeline.Model;
import suimon.pipeline.ModelFailed;
import suimon.pipeline.ModelRefused;
import suimon.pipeline.Window;

/**
 * One ONNX Runtime session, single-threaded: the box has few cores and ingest needs them. Tensors
 * are {@code window} and {@code mask} [batch, steps, channels], {@code time} [batch, 2] and
 * {@code outputs} [batch, outputs], all float32.
 */
final class OnnxModel implements Model {
    private final Contract contract;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private boolean isClosed;

    private OnnxModel(Contract contract, OrtEnvironment environment, OrtSession session) {
        this.contract = contract;
        this.environment = environment;
        this.session = session;
    }

    static OnnxModel open(Contract contract, byte[] bytes) throws OrtException, ModelRefused {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        // The environment variable is what counts before the library loads; this is the second lock.
        environment.setTelemetry(false);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            OrtSession session = environment.createSession(bytes, options);
            OnnxModel model = new OnnxModel(contract, environment, session);
            try {
                model.checkShapes();
                return model;
            } catch (ModelRefused | OrtException e) {
                model.close();
                throw e;
            }
        }
    }

    @Override
    public Contract contract() {
        return contract;
    }

    @Override
    public float[][] run(List<Window> windows) throws ModelFailed {
        if (isClosed || windows.isEmpty() || windows.size() > WINDOWS_MAX) {
            throw new IllegalStateException(isClosed ? "the model is closed"
                    : windows.size() + " windows; 1 to " + WINDOWS_MAX + " fit");
        }
        long batch = windows.size();
        long[] shape = {batch, contract.steps(), contract.inputs().size()};
        try (OnnxTensor values = tensor(windows, Window::values, shape);
                OnnxTensor mask = tensor(windows, Window::mask, shape);
                OnnxTensor time = tensor(windows, Window::time, new long[] {batch, Window.TIME_FEATURES});
                OrtSession.Result result = session.run(
                        Map.of("window", values, "mask", mask, "time", time), Set.of("outputs"))) {
            return (float[][]) result.get(0).getValue();
        } catch (OrtException e) {
            throw new ModelFailed("model " + contract.identity() + ": ONNX Runtime: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("closing a session that is open can't fail", e);
        }
    }

    private OnnxTensor tensor(List<Window> windows, Function<Window, float[]> part, long[] shape)
            throws OrtException {
        int size = part.apply(windows.getFirst()).length;
        FloatBuffer numbers = FloatBuffer.allocate(size * windows.size());
        windows.forEach(window -> numbers.put(part.apply(window)));
        return OnnxTensor.createTensor(environment, numbers.flip(), shape);
    }

    private void checkShapes() throws OrtException, ModelRefused {
        long channels = contract.inputs().size();
        Map<String, NodeInfo> inputs = session.getInputInfo();
        if (!inputs.keySet().equals(Set.of("window", "mask", "time"))) {
            throw new ModelRefused("model " + contract.identity() + ": found inputs " + inputs.keySet()
                    + ", expected window, mask and time");
        }
        check(inputs.get("window"), "window", contract.steps(), channels);
        check(inputs.get("mask"), "mask", contract.steps(), channels);
        check(inputs.get("time"), "time", Window.TIME_FEATURES);
        check(session.getOutputInfo().get("outputs"), "outputs", contract.outputs().size());
    }

    /** The first dimension, the batch, must be free. */
    private void check(@org.jspecify.annotations.Nullable NodeInfo node, String name, long... behindBatch)
            throws ModelRefused {
        long[] wanted = new long[behindBatch.length + 1];
        wanted[0] = -1;
        System.arraycopy(behindBatch, 0, wanted, 1, behindBatch.length);
        boolean fits = node != null && node.getInfo() instanceof TensorInfo tensor
                && tensor.type == OnnxJavaType.FLOAT && Arrays.equals(tensor.getShape(), wanted);
        if (!fits) {
            throw new ModelRefused("model " + contract.identity() + ": found " + name + " as "
                    + (node == null ? "nothing" : node.getInfo()) + ", expected float32 "
                    + Arrays.toString(wanted) + " as package.yaml says (-1: any batch)");
        }
    }
}
