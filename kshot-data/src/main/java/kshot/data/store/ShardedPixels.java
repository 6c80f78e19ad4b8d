package kshot.data.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A store of images in the shards of a {@link ShardDirectory}. Of each image 4 bytes are in the heap, its checksum. */
public final class ShardedPixels implements PixelStore {
    private final Path directory;
    private final List<Shard> shards;
    private final int imagesOfShard;
    private final int size;
    private final int imageBytes;

    /** Creates a store of shards that have {@code imagesOfShard} images each, but for the last. */
    ShardedPixels(Path directory, List<Shard> shards, int imagesOfShard, int size, int imageBytes) {
        this.directory = directory;
        this.shards = List.copyOf(shards);
        this.imagesOfShard = imagesOfShard;
        this.size = size;
        this.imageBytes = imageBytes;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int imageBytes() {
        return imageBytes;
    }

    @Override
    public byte[] read(int image) {
        return shards.get(image / imagesOfShard).read(image % imagesOfShard);
    }

    @Override
    public Optional<String> onDisk() {
        return Optional.of("read from disk: " + directory);
    }

    /** Returns what came of decoding the images. */
    public DecodingResult decoded() {
        return shards.stream().map(Shard::decoded).reduce(DecodingResult.NONE, DecodingResult::and);
    }
}
