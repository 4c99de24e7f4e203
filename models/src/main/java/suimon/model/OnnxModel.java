package suimon.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.Contract;
import suimon.pipeline.Model;
import suimon.pipeline.ModelFailed;
import suimon.pipeline.ModelRefused;
import suimon.pipeline.Window;

/**
 * One ONNX Runtime session, single-threaded: the box has few cores and ingest needs them. Tensors
 * are {@code window} and {@code mask} [batch, steps, channels], {@code time} [batch, 2] and
 * {@code outputs} [batch, outputs], all float32. Only the window must be there; that of a model over
 * readings may also be [batch, steps] or [batch, 1, steps].
 *
 * <p>Inputs and outputs live in buffers outside the heap that are filled again for each run, with
 * the tensors over them kept per batch size.
 */
final class OnnxModel implements Model {
    private static final String MASK = "mask";
    private static final String TIME = "time";

    private final Contract contract;
    private final PackageDescription.Graph names;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Map<String, FloatBuffer> buffers = new LinkedHashMap<>();
    private final Map<String, long[]> shapes = new HashMap<>();
    private final Map<Integer, Tensors> bySize = new HashMap<>();
    private boolean isClosed;

    /** The tensors of one batch size, over the shared buffers. */
    private record Tensors(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
        void close() {
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxModel(
            Contract contract, PackageDescription.Graph names, OrtEnvironment environment, OrtSession session) {
        this.contract = contract;
        this.names = names;
        this.environment = environment;
        this.session = session;
    }

    static OnnxModel open(Contract contract, PackageDescription.Graph names, byte[] bytes)
            throws OrtException, ModelRefused {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        // The environment variable is what counts before the library loads; this is the second lock.
        environment.setTelemetry(false);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            // An arena keeps what one run needed; runs are small and trimming gives it back.
            options.setCPUArenaAllocator(false);
            options.setMemoryPatternOptimization(false);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            OrtSession session = environment.createSession(bytes, options);
            OnnxModel model = new OnnxModel(contract, names, environment, session);
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
        fill(windows);
        try {
            Tensors tensors = tensors(windows.size());
            // The result owns nothing: its values are the tensors that were given.
            session.run(tensors.inputs, tensors.outputs).close();
            return read(windows.size());
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
        bySize.values().forEach(Tensors::close);
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("closing a session that is open can't fail", e);
        }
    }

    private void fill(List<Window> windows) {
        buffers.forEach((name, buffer) -> {
            buffer.clear();
            if (name.equals(MASK)) {
                windows.forEach(window -> buffer.put(window.mask()));
            } else if (name.equals(TIME)) {
                windows.forEach(window -> buffer.put(window.time()));
            } else if (name.equals(names.window())) {
                windows.forEach(window -> buffer.put(window.values()));
            }
        });
    }

    private float[][] read(int batch) {
        FloatBuffer buffer = buffer(names.outputs()).clear();
        float[][] outputs = new float[batch][contract.outputs().size()];
        for (float[] row : outputs) {
            buffer.get(row);
        }
        return outputs;
    }

    private Tensors tensors(int batch) throws OrtException {
        Tensors known = bySize.get(batch);
        if (known == null) {
            Map<String, OnnxTensor> inputs = new HashMap<>();
            for (String name : session.getInputNames()) {
                inputs.put(name, tensor(name, batch));
            }
            known = new Tensors(inputs, Map.of(names.outputs(), tensor(names.outputs(), batch)));
            bySize.put(batch, known);
        }
        return known;
    }

    private OnnxTensor tensor(String name, int batch) throws OrtException {
        FloatBuffer whole = buffer(name);
        long[] shape = Objects.requireNonNull(shapes.get(name)).clone();
        shape[0] = batch;
        return OnnxTensor.createTensor(
                environment, whole.slice(0, whole.capacity() / WINDOWS_MAX * batch), shape);
    }

    private FloatBuffer buffer(String name) {
        return Objects.requireNonNull(buffers.get(name), name);
    }

    private void checkShapes() throws OrtException, ModelRefused {
        long steps = contract.steps();
        long channels = contract.inputs().size();
        Map<String, NodeInfo> inputs = session.getInputInfo();
        Set<String> possible = contract.countsReadings()
                ? Set.of(names.window(), MASK) : Set.of(names.window(), MASK, TIME);
        if (!inputs.containsKey(names.window()) || !possible.containsAll(inputs.keySet())) {
            throw new ModelRefused("model " + contract.identity() + ": found inputs " + inputs.keySet()
                    + ", expected " + names.window() + " and at most also "
                    + (contract.countsReadings() ? MASK : "mask and time")
                    + "; package.yaml can name others under graph");
        }
        long[][] window = contract.countsReadings()
                ? new long[][] {{-1, steps, 1}, {-1, steps}, {-1, 1, steps}}
                : new long[][] {{-1, steps, channels}};
        for (String name : inputs.keySet()) {
            accept(inputs.get(name), name, name.equals(TIME)
                    ? new long[][] {{-1, Window.TIME_FEATURES}} : window);
        }
        accept(session.getOutputInfo().get(names.outputs()), names.outputs(),
                new long[][] {{-1, contract.outputs().size()}});
    }

    /** Makes room for the tensor; the first dimension, the batch, must be free. */
    private void accept(@Nullable NodeInfo node, String name, long[]... wanted) throws ModelRefused {
        for (long[] shape : wanted) {
            if (node != null && node.getInfo() instanceof TensorInfo tensor
                    && tensor.type == OnnxJavaType.FLOAT && Arrays.equals(tensor.getShape(), shape)) {
                int size = Math.toIntExact(-Arrays.stream(shape).reduce(1, (one, other) -> one * other));
                shapes.put(name, shape);
                buffers.put(name, ByteBuffer.allocateDirect(size * WINDOWS_MAX * Float.BYTES)
                        .order(ByteOrder.nativeOrder()).asFloatBuffer());
                return;
            }
        }
        throw new ModelRefused("model " + contract.identity() + ": found " + name + " as "
                + (node == null ? "nothing" : node.getInfo()) + ", expected float32 "
                + Arrays.toString(wanted[0]) + " as package.yaml says (-1: any batch)");
    }
}
