package kshot.execute;

import java.util.Iterator;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/** Handing values out of a {@link PointerScope}. */
public final class PointerScopes {
    private PointerScopes() {}

    /** Takes a value out of the innermost scope and gives it to the one around it; without one, the caller closes it. */
    static <P extends Pointer> P keep(P value) {
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
}
