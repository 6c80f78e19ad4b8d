package kshot.app.terminal;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import kshot.run.progress.RunListener;
import kshot.run.progress.StoppedException;

/**
 * Ctrl+C (SIGINT) and SIGTERM as wishes to stop, from now until it is closed. The first one is granted where nothing is
 * lost, a second one at once. Where Java was started with {@code -Xrs}, or has no module {@code jdk.unsupported}, signals
 * end the process as they always do.
 *
 * <p>A shutdown hook would not do: once one runs, the JVM is deaf to a second signal. {@code sun.misc.Signal} hears them
 * all, but is called by reflection, because the compiler warns of its name and lets nobody suppress that.
 */
public final class StopSignals implements AutoCloseable {
    private static final int INT = 2;
    private static final int TERM = 15;

    private final IntConsumer wish;
    private final AtomicBoolean received = new AtomicBoolean();
    private final List<Handled> handled = new ArrayList<>();

    /** A signal that this class handles, and what handled it before. */
    private record Handled(Object signal, Object before) {}

    private StopSignals(IntConsumer wish) {
        this.wish = wish;
    }

    /** Hands signals on to the stop request of a listener, which also hears of them. */
    public static StopSignals handTo(RunListener listener) {
        return handTo(
                signal -> {
                    listener.stop().request(signal);
                    listener.say("stopping after what is in work now; once more stops at once");
                },
                listener);
    }

    /**
     * Hands signals on.
     *
     * @param wish gets the number of the first signal, on a thread of its own
     * @param listener hears where that can't be done
     */
    public static StopSignals handTo(IntConsumer wish, RunListener listener) {
        StopSignals signals = new StopSignals(wish);
        try {
            signals.hear("INT", INT);
            signals.hear("TERM", TERM);
        } catch (ReflectiveOperationException e) {
            listener.say("this Java hands on no signals: Ctrl+C stops at once, without saving");
        }
        return signals;
    }

    /**
     * Lets both signals end the process at once from now on. Java would run the destructors of libtorch beside the threads that
     * compute, and crash.
     */
    public static void haltAtOnce() {
        try {
            handle("INT", () -> Runtime.getRuntime().halt(StoppedException.exitCode(INT)));
            handle("TERM", () -> Runtime.getRuntime().halt(StoppedException.exitCode(TERM)));
        } catch (ReflectiveOperationException e) {
            // Then they do what they always do.
            return;
        }
    }

    private void hear(String name, int number) throws ReflectiveOperationException {
        handled.add(handle(name, () -> received(number)));
    }

    private static Handled handle(String name, Runnable action) throws ReflectiveOperationException {
        Object signal =
                Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(name);
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object handler = Proxy.newProxyInstance(
                StopSignals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        action.run();
                    }
                    return null;
                });
        return new Handled(signal, handle(signal, handler));
    }

    /** {@code Signal.handle}: returns what handled the signal before. */
    private static Object handle(Object signal, Object handler) throws ReflectiveOperationException {
        Method handle =
                signal.getClass().getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"));
        return handle.invoke(null, signal, handler);
    }

    private void received(int signal) {
        if (received.getAndSet(true)) {
            Runtime.getRuntime().halt(StoppedException.exitCode(signal));
        }
        wish.accept(signal);
    }

    @Override
    public void close() {
        for (Handled one : handled) {
            try {
                handle(one.signal, one.before);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("a signal that could be handled can be so no more", e);
            }
        }
    }
}
