"""Images in HDF5 and PNG come back as they were."""

import h5py
import numpy as np
import pytest

from biospectra.report.png import write_png
from biospectra.store import images as image_store
from biospectra.transforms import colour


def pictures(count, *shape, seed=0):
    """Smooth images, as the transforms make them."""
    random = np.random.default_rng(seed)
    rough = random.integers(0, 256, (count, *shape))
    return (np.cumsum(rough - 127, axis=2) // 8 % 256).astype(np.uint8)


@pytest.mark.parametrize("compression", ["zstd", "gzip", "none"])
@pytest.mark.parametrize("shape", [(24, 32), (24, 32, 3)])
def test_images_come_back(tmp_path, compression, shape):
    images = pictures(7, *shape)
    path = tmp_path / "images.h5"
    with h5py.File(path, "w") as file:
        dataset = image_store.create_images(file, shape, compression)
        image_store.append_images(dataset, images[:3])
        image_store.append_images(dataset, images[3:3])
        image_store.append_images(dataset, images[3:])
        assert dataset.chunks == (1, *shape)
    np.testing.assert_array_equal(image_store.read_images(path), images)
    np.testing.assert_array_equal(image_store.read_images(path, [5, 0, 5]), images[[5, 0, 5]])
    assert image_store.read_images(path, []).shape == (0, *shape)
    with h5py.File(path) as file:
        np.testing.assert_array_equal(file["images"][2], images[2])
        np.testing.assert_array_equal(image_store.read_images(file["images"], [1]), images[[1]])


def test_errors_name_the_key(tmp_path):
    with h5py.File(tmp_path / "images.h5", "w") as file:
        with pytest.raises(ValueError, match=r"compression: is 'lzma'.*zstd, gzip, none"):
            image_store.create_images(file, (4, 4), "lzma")
        dataset = image_store.create_images(file, (4, 4), "none")
        with pytest.raises(ValueError, match=r"images: are uint8 of shape \(4, 5\)"):
            image_store.append_images(dataset, np.zeros((1, 4, 5), np.uint8))
        with pytest.raises(ValueError, match="images: are float32"):
            image_store.append_images(dataset, np.zeros((1, 4, 4), np.float32))
    with pytest.raises(ValueError, match="colour_map: matplotlib has no 'mud'"):
        colour.colour_table("mud")
    with pytest.raises(ValueError, match="image: is float64"):
        write_png(tmp_path / "x.png", np.zeros((4, 4)))


def test_png_grey_palette_and_rgb(tmp_path):
    from PIL import Image

    (image,) = pictures(1, 24, 32)
    write_png(tmp_path / "grey.png", image)
    write_png(tmp_path / "palette.png", image, "viridis")
    write_png(tmp_path / "rgb.png", colour.colour(image, "viridis"))
    with Image.open(tmp_path / "grey.png") as grey:
        assert grey.mode == "L"
        np.testing.assert_array_equal(np.asarray(grey), image)
    with Image.open(tmp_path / "palette.png") as palette:
        assert palette.mode == "P"
        coloured = np.asarray(palette.convert("RGB"))
    with Image.open(tmp_path / "rgb.png") as rgb:
        np.testing.assert_array_equal(np.asarray(rgb), coloured)
    np.testing.assert_array_equal(coloured, colour.colour(image, "viridis"))


def test_colour_is_matplotlibs_own():
    matplotlib = pytest.importorskip("matplotlib")
    table = matplotlib.colormaps["magma"](np.arange(256), bytes=True)[:, :3]
    np.testing.assert_allclose(colour.colour_table("magma").astype(int), table, atol=1)
