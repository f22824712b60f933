"""Makes the known answers of the image processors: settings, and what Transformers makes of one small picture with them.

    python3 -m venv venv && venv/bin/pip install torch transformers==5.24.0 pillow==13.0.0
    venv/bin/python tools/make_processor_fixtures.py io/src/test/resources

The picture is pictures/resize.png. NAME.f32 is: number of dimensions and dimensions as big-endian 32-bit numbers, then
the values as big-endian floats, deflated. Settings are written as given, so that defaults are tested too.
"""

import json
import struct
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image
from transformers import AutoImageProcessor

SMALL = {"height": 9, "width": 7}
CASES = {
    "vit": {"image_processor_type": "ViTImageProcessor", "size": SMALL},
    "vit_old": {"feature_extractor_type": "ViTFeatureExtractor", "size": 8, "resample": 3, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]},
    "vit_fast": {"image_processor_type": "ViTImageProcessorFast", "size": [6, 11], "resample": 1, "do_rescale": False},
    "vit_shortest": {"image_processor_type": "ViTImageProcessor", "size": {"shortest_edge": 7}, "do_center_crop": True, "crop_size": 6},
    "vit_within": {"image_processor_type": "ViTImageProcessor", "size": {"max_height": 9, "max_width": 8}, "do_normalize": False},
    "vit_edges": {"image_processor_type": "ViTImageProcessor", "size": {"shortest_edge": 9, "longest_edge": 10}, "resample": 0},
    "vit_uncut": {"image_processor_type": "ViTImageProcessor", "size": 9, "default_to_square": False, "rescale_factor": 0.01, "image_mean": 0.3, "image_std": 0.2},
    "deit": {"image_processor_type": "DeiTImageProcessor", "size": {"height": 10, "width": 9}, "crop_size": {"height": 7, "width": 12}},
    "deit_old": {"feature_extractor_type": "DeiTFeatureExtractor", "size": 8, "crop_size": 5},
    "beit": {"image_processor_type": "BeitImageProcessor", "size": SMALL, "do_reduce_labels": True},
    "layoutlmv3": {"image_processor_type": "LayoutLMv3ImageProcessor", "size": SMALL, "apply_ocr": False},
    "donut": {"image_processor_type": "DonutImageProcessor", "size": {"height": 8, "width": 13}},
    "donut_old": {"feature_extractor_type": "DonutFeatureExtractor", "size": [9, 14], "do_align_long_axis": True},
    "donut_nearest": {"image_processor_type": "DonutImageProcessor", "size": [13, 6], "resample": 0},
    "donut_cropped": {"image_processor_type": "DonutImageProcessor", "size": {"height": 8, "width": 10}, "do_pad": False, "do_resize": False, "do_center_crop": True, "crop_size": 9},
    "donut_strip": {"image_processor_type": "DonutImageProcessor", "size": {"height": 3, "width": 4}, "do_resize": False},
    "nougat": {"image_processor_type": "NougatImageProcessor", "size": {"height": 9, "width": 7}},
    "nougat_turned": {"image_processor_type": "NougatImageProcessor", "size": {"height": 13, "width": 8}, "do_align_long_axis": True},
    "nougat_strip": {"image_processor_type": "NougatImageProcessor", "size": {"height": 4, "width": 3}, "do_crop_margin": False, "do_resize": False},
    "clip": {"image_processor_type": "CLIPImageProcessor", "size": 8, "crop_size": 7},
    "clip_exact": {"image_processor_type": "CLIPImageProcessor", "size": SMALL, "do_center_crop": False, "resample": 3},
    "pix2struct": {"image_processor_type": "Pix2StructImageProcessor", "max_patches": 13, "patch_size": {"height": 4, "width": 3}},
    "pix2struct_plain": {"image_processor_type": "Pix2StructImageProcessor", "max_patches": 5, "patch_size": 5, "do_normalize": False},
}


def main(resources):
    picture = Image.open(resources / "pictures/resize.png").convert("RGB")
    out = resources / "processors"
    out.mkdir(exist_ok=True)
    for name, settings in CASES.items():
        text = json.dumps(settings, indent=1)
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "preprocessor_config.json").write_text(text)
            made = AutoImageProcessor.from_pretrained(folder, backend="pil")(picture, return_tensors="np")
        values = np.asarray(next(iter(made.values()))[0], dtype=">f4")
        head = struct.pack(f">{1 + values.ndim}i", values.ndim, *values.shape)
        (out / f"{name}.json").write_text(text)
        (out / f"{name}.f32").write_bytes(zlib.compress(head + values.tobytes(), 9))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
