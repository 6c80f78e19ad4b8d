package kshot.common;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A reader of text files of a user, which may have any length. */
public final class TextFile {
    private TextFile() {}

    /**
     * Reads the text of a file or of a pipe.
     *
     * @param name the name of the file in error messages
     * @param mostBytes the largest size, in bytes
     * @throws InvalidInputException if there is no such file, or it can't be read, is longer, or is not in UTF-8 nor in
     *     the encoding of its {@link ByteOrderMark}
     */
    public static String read(String name, Path file, int mostBytes) {
        Charset encoding = StandardCharsets.UTF_8;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            encoding = ByteOrderMark.read(in);
            byte[] bytes = in.readNBytes(mostBytes);
            InvalidInputException.require(
                    in.read() < 0, name, "more than " + mostBytes + " bytes", "at most " + mostBytes);
            return encoding.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(name + ": not a text in " + encoding, e);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(name + ": cannot be read (there is no such file)", e);
        } catch (IOException e) {
            throw new InvalidInputException(name + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }
}
