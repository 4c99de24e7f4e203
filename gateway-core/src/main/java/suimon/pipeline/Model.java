package suimon.pipeline;

import java.util.List;

/**
 * A loaded model: one session, used by the insight thread alone. Loaded by a {@link ModelPackage},
 * closed once.
 */
public interface Model extends AutoCloseable {
    /** At most so many windows in one {@link #run}; the caller cuts longer lists. */
    int WINDOWS_MAX = 256;

    Contract contract();

    /**
     * One run over all windows. A window's result may differ in its last digits with the others in
     * the run, never by more.
     *
     * @return for each window, in the same order, one value per output; NaN where it gave none
     * @throws ModelFailed when the run failed; the model can't be used any more
     */
    float[][] run(List<Window> windows) throws ModelFailed;

    /** Releases native memory; further calls do nothing. */
    @Override
    void close();
}
