package kshot.tensor;

import java.util.Iterator;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * A scope of native memory: all that this thread makes in it, and no object has taken as its own, is freed when it is closed.
 */
public final class NativeScope implements AutoCloseable {
    private final PointerScope scope = new PointerScope();

    /** Takes a value out of the innermost scope and gives it to the one around it; without one, the caller closes it. */
    public static <P extends Pointer> P keep(P value) {
        Iterator<PointerScope> scopes = PointerScope.getScopeIterator();
        PointerScope inner = scopes.next();
        if (scopes.hasNext()) {
            scopes.next().attach(value);
        } else {
            value.retainReference();
        }
        inner.detach(value);
        return value;
    }

    /** Takes a value out of the innermost scope, for an object that closes it itself. */
    public static <P extends Pointer> P own(P value) {
        value.retainReference();
        PointerScope.getInnerScope().detach(value);
        return value;
    }

    /** Gives a value that was {@linkplain #own owned} to the innermost scope. */
    public static <P extends Pointer> P adopt(P value) {
        PointerScope.getInnerScope().attach(value);
        value.releaseReference();
        return value;
    }

    /** Returns the number of native objects that are alive. */
    public static long liveObjects() {
        return Pointer.totalCount();
    }

    /** Returns the resident memory of this process in bytes; 0 where the system does not say. */
    public static long residentBytes() {
        return Pointer.physicalBytes();
    }

    @Override
    public void close() {
        scope.close();
    }
}
